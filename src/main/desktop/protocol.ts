import { protocol, type Session } from "electron";
import { readFile } from "node:fs/promises";
import { servedFile, servedHeaders } from "./served-files.ts";

/** Makes `belay:` an origin of its own, like https. Must run before the app is ready. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: "belay", privileges: { standard: true, secure: true, codeCache: true } },
  ]);
}

/** Serves the built window, and nothing else, to our own scheme. */
export function serveWindows(session: Session, folder: string): void {
  session.protocol.handle("belay", async ({ url, method }) => {
    const file = method === "GET" ? await servedFile(url, folder) : undefined;
    if (file === undefined)
      return new Response("Not found", { status: 404, headers: servedHeaders });
    const headers = { ...servedHeaders, "Content-Type": file.type };
    return new Response(new Uint8Array(await readFile(file.path)), { headers });
  });
}
