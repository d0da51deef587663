import { realpath } from "node:fs/promises";
import { extname, join, sep } from "node:path";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".woff2": "font/woff2",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Style attributes are allowed because positioned parts (menus, lists) set them; style elements and inline scripts are not. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'none'",
  "frame-src 'none'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** On every answer, also on "not found". */
export const servedHeaders: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentSecurityPolicy,
  "X-Content-Type-Options": "nosniff",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
};

export interface ServedFile {
  /** Real path, inside the folder. */
  readonly path: string;
  readonly type: string;
}

/** The file that a URL names inside the folder, or undefined: other hosts, ways out and unknown types are nothing. */
export async function servedFile(url: string, folder: string): Promise<ServedFile | undefined> {
  const { host, pathname } = new URL(url);
  const type = types[extname(pathname)];
  if (host !== "app" || type === undefined) return undefined;
  try {
    const root = await realpath(folder);
    const path = await realpath(join(root, decodeURIComponent(pathname)));
    return path.startsWith(root + sep) ? { path, type } : undefined;
  } catch {
    // Missing, a loop of links, NUL or a broken escape: for a page that is all the same.
    return undefined;
  }
}
