import { readFileSync } from "node:fs";
import { isAbsolute, join, normalize } from "node:path";
import {
  certificateVariables,
  fileSettings,
  registryPattern,
  registryVariables,
} from "./registry-table.ts";

export interface SettingsSource {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The home folder; its files are read as far as the table names them. */
  readonly home: string;
}

/** Where every sandbox shows the system's certificates. */
const shownFolders = ["/etc/ssl/certs", "/etc/ssl/cert.pem", "/etc/pki", "/usr", "/nix/store"];

/**
 * The person's package registries and certificates, as variables for a command. No token goes along: a name and password are taken
 * out of an address, and a value that could hold a secret elsewhere is left out whole.
 */
export function registrySettings({ environment, home }: SettingsSource): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { file, key, variable } of fileSettings)
    for (const [name, value] of linesOf(join(home, file))) {
      const matched = key.exec(name);
      const clean = matched === null ? null : withoutSecrets(value);
      if (clean !== null) found[variable(matched?.[1] ?? "")] ??= clean;
    }
  for (const [name, value = ""] of Object.entries(environment)) {
    const isRegistry = registryVariables.includes(name) || registryPattern.test(name);
    const clean = isRegistry ? withoutSecrets(value) : null;
    if (clean !== null) found[name] = clean;
    if (certificateVariables.includes(name) && isShown(value)) found[name] = value;
  }
  return found;
}

const isShown = (path: string): boolean =>
  isAbsolute(path) &&
  normalize(path) === path &&
  shownFolders.some((folder) => path === folder || path.startsWith(`${folder}/`));

/** "key = value" and "key=value", quotes taken off; nothing where the file cannot be read. */
function linesOf(path: string): readonly (readonly [string, string])[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return []; // most people have none of them
  }
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name = "", value = ""] = /^\s*([^=#;\s]+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    return name === "" ? [] : [[name, value.replace(/^(["'])(.*)\1$/, "$2")] as const];
  });
}

/** The value with each address in it freed of its name and password; null when something in it could be a secret. */
export function withoutSecrets(value: string): string | null {
  const parts = value.split(/([\s,|]+)/);
  const clean = parts.map((part) => (/^[\s,|]*$/.test(part) ? part : withoutSecret(part)));
  return clean.some((part) => part === null) || value.trim() === "" ? null : clean.join("");
}

function withoutSecret(part: string): string | null {
  const [, prefix = "", address = ""] = /^((?:sparse|git)\+)?(https?:\/\/.+)$/.exec(part) ?? [];
  // "off", "direct", "sum.example.org", "*.corp.example,github.com/me"
  if (address === "") return /^[\w.*/-]{1,200}$/.test(part) && !isTokenLike(part) ? part : null;
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.search !== "" || url.hash !== "" || isTokenLike(url.pathname)) return null;
  url.username = "";
  url.password = "";
  return `${prefix}${url.href}`;
}

/** Some registries take a token as a part of the path: long, of letters and digits both. */
const isTokenLike = (path: string): boolean =>
  path.split("/").some((part) => /^(?=.*\d)(?=.*[a-z])[\w-]{16,}$/i.test(decoded(part)));

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
