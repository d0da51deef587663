import { createHmac } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { basename } from "node:path";
import type { Telling } from "../../shared/telemetry.ts";
import type { Attributes } from "./metrics.ts";
import type { TelemetrySettings } from "./telemetry-files.ts";

/** The machine's own names, asked only where they are told. */
export interface OwnNames {
  host(): string;
  user(): string;
}

export const systemNames: OwnNames = { host: hostname, user: accountName };

/** A process can run under a number that no account has. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return "unknown";
  }
}

/** What stands once for all figures: what counts, which version, and of the person what they switched on. */
export function resourceOf(
  { instanceId, telling }: TelemetrySettings,
  { version, names }: { readonly version: string; readonly names: OwnNames },
): Attributes {
  return {
    "service.name": "belay",
    "service.version": version,
    "service.instance.id": instanceId,
    ...(telling.team === "" ? {} : { "belay.team": telling.team }),
    ...(telling.host ? { "host.name": names.host() } : {}),
    ...(telling.user ? { "user.name": names.user() } : {}),
  };
}

/** What is told of a folder. A hash is keyed by this installation: nobody can try out paths, and elsewhere the same path has another. */
export function folderName(
  workspace: string,
  {
    folderKey,
    telling,
  }: { readonly folderKey: string; readonly telling: Pick<Telling, "folders"> },
): string {
  // "(endpoint test)" and its like are no folders.
  if (workspace.startsWith("(")) return workspace;
  switch (telling.folders) {
    case "path":
      return clipped(workspace);
    case "name":
      return clipped(basename(workspace));
    case "hash":
      return createHmac("sha256", Buffer.from(folderKey, "base64"))
        .update(workspace)
        .digest("hex")
        .slice(0, 16);
  }
}

const longest = 250;
/** The end of a path says more than its beginning. */
const clipped = (text: string): string =>
  text.length > longest ? `…${text.slice(1 - longest)}` : text;
