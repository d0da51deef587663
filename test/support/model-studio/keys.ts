import type { Refusal } from "./refusals.ts";
import type { Place, SimulatedRegion } from "./regions.ts";
import { plainReply, type Reply } from "./reply.ts";
import type { RecordedRequest } from "./script.ts";

/** Keys that are accepted: everywhere, or by region. */
export type AcceptedKeys =
  | readonly string[]
  | Readonly<Partial<Record<SimulatedRegion, readonly string[]>>>;

export const keyOf = ({ headers }: RecordedRequest): string | undefined =>
  /^Bearer\s+(\S+)$/.exec(headers["authorization"] ?? "")?.[1];

/** The Coding Plan's host serves known tools only and answers with a plain string [reported]. */
export function refuseClient(request: RecordedRequest): Reply | null {
  if ((request.headers["user-agent"] ?? "") !== "") return null;
  const error = "Coding Plan is currently only available for Coding Agents";
  return plainReply(405, { error }, error);
}

/** Why a request is refused for its key, or the lack of one; null when it is good. */
export function refuseKey(
  request: RecordedRequest,
  place: Place,
  keys: AcceptedKeys | undefined,
): Refusal | null {
  const key = keyOf(request);
  if (key === undefined)
    return {
      status: 401,
      code: null,
      message:
        "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth (i.e. Authorization: Bearer YOUR_KEY).",
    };
  const isPlanKey = key.startsWith("sk-sp-");
  if (isPlanKey !== (place.plan !== null))
    return {
      status: 401,
      code: "invalid_api_key",
      message: "invalid access token or token expired",
    };
  if (accepts(keys, place.region, key)) return null;
  return { status: 401, code: "invalid_api_key", message: "Incorrect API key provided. " };
}

function accepts(keys: AcceptedKeys | undefined, region: SimulatedRegion, key: string): boolean {
  if (keys === undefined) return key.startsWith("sk-") && key.length >= 8;
  return isList(keys) ? keys.includes(key) : (keys[region]?.includes(key) ?? false);
}

const isList = (keys: AcceptedKeys): keys is readonly string[] => Array.isArray(keys);
