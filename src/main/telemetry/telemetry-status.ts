import type { TelemetrySetUp, TelemetryStatus } from "../../shared/telemetry.ts";
import { headerGone, type FoundHeader, type HeaderKeys } from "./header-keys.ts";
import type { Offered } from "./offered.ts";
import type { SavedFile, TelemetrySettings, TelemetryState } from "./telemetry-files.ts";

export interface StatusParts {
  readonly settings: SavedFile<TelemetrySettings>;
  readonly state: SavedFile<TelemetryState>;
  readonly headers: Pick<HeaderKeys, "status">;
}

/** What is set up and how it goes, for showing: no value of a header is in it. */
export async function telemetryStatus(
  { settings, state, headers }: StatusParts,
  { endpoint, header }: Offered,
): Promise<TelemetryStatus> {
  const chosen = settings.read();
  const offered = { endpoint, headerName: header?.name.slice(0, 64) ?? null };
  if (chosen === null || chosen.endpoint === "") return { setUp: null, offered };
  const setUp: TelemetrySetUp = {
    endpoint: chosen.endpoint,
    on: chosen.since !== null,
    telling: chosen.telling,
    header: chosen.hasHeader
      ? await kept(headers, chosen.endpoint)
      : { name: null, source: "none", reason: null },
    ...progressOf(chosen, state.read()),
  };
  return { setUp, offered };
}

async function kept(headers: Pick<HeaderKeys, "status">, endpoint: string): Promise<FoundHeader> {
  const found = await headers.status(endpoint);
  const isGone = found.name === null && found.reason === null;
  return isGone ? { ...found, reason: headerGone } : found;
}

function progressOf(
  { since }: TelemetrySettings,
  saved: TelemetryState | null,
): Pick<TelemetrySetUp, "countingSince" | "exportedAt" | "last"> {
  const own = saved !== null && saved.sinceId === since?.id ? saved : null;
  return {
    countingSince: iso(since === null ? null : (own?.startAt ?? since.at)),
    exportedAt: iso(own?.exported?.at ?? null),
    last: own?.last == null ? null : { ...own.last, at: new Date(own.last.at).toISOString() },
  };
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
