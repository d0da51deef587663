import type { OwnHour, ProviderHour } from "./hours.ts";

/** A key of the provider's: its id, and the workspace that it belongs to. */
export interface ProviderKey {
  readonly apiKeyId: string;
  readonly workspaceId: string;
}

/** Which key of the provider's one of ours is. */
export interface KeyLink {
  readonly fingerprint: string;
  readonly provider: ProviderKey;
  /** "set": by the person. "found": because their figures match. */
  readonly link: "set" | "found";
}

/** Calls from the provider's console, not with a key [Model Studio, model monitoring]. */
const consoleKey = "-1";

/** Of our tokens so much must be in the provider's figures of the same hours for a link to be found. */
const leastShare = 0.5;

/** Or the two are the same to the token in so many hours and models: chance does not do that, and one large loss does not undo it. */
const enoughExact = 3;

/**
 * Puts our keys and the provider's together: as the person said, then by how much of what ours used in each hour with each model the
 * provider's counted there too, the best match first. A key is in one link only; one that matches nothing is in none.
 */
export function linkKeys(
  ours: readonly OwnHour[],
  theirs: readonly ProviderHour[],
  set: readonly Omit<KeyLink, "link">[],
): readonly KeyLink[] {
  const links: KeyLink[] = set.map((one) => Object.assign({}, one, { link: "set" as const }));
  const own = usedBy(ours, ({ fingerprint }) => fingerprint);
  const provider = usedBy(
    theirs.filter(({ apiKeyId }) => apiKeyId !== consoleKey),
    keyName,
  );
  const matches = [...own]
    .flatMap(([fingerprint, used]) =>
      [...provider].map(([name, counted]) =>
        Object.assign({ fingerprint, name }, overlap(used, counted)),
      ),
    )
    .filter(({ share, exact }) => share >= leastShare || exact >= enoughExact)
    .toSorted((a, b) => b.exact - a.exact || b.closeness - a.closeness || b.tokens - a.tokens);
  for (const { fingerprint, name } of matches) {
    const isTaken = links.some(
      (link) => link.fingerprint === fingerprint || keyName(link.provider) === name,
    );
    if (!isTaken) links.push({ fingerprint, provider: keyOf(name), link: "found" });
  }
  return links;
}

/** One name for a provider's key. */
export const keyName = ({ apiKeyId, workspaceId }: ProviderKey): string =>
  JSON.stringify([apiKeyId, workspaceId]);

function keyOf(name: string): ProviderKey {
  const parts: unknown = JSON.parse(name);
  const [apiKeyId, workspaceId] = Array.isArray(parts) ? parts : [];
  return { apiKeyId: String(apiKeyId), workspaceId: String(workspaceId) };
}

interface Use {
  readonly tokens: number;
  readonly calls: number;
}

type Used = ReadonlyMap<string, Use>;

const nothing: Use = { tokens: 0, calls: 0 };

/** Tokens and calls by key, hour and model. */
function usedBy<T extends OwnHour | ProviderHour>(
  hours: readonly T[],
  nameOf: (hour: T) => string,
): ReadonlyMap<string, Used> {
  const used = new Map<string, Map<string, Use>>();
  for (const one of hours) {
    const name = nameOf(one);
    const own = used.get(name) ?? new Map<string, Use>();
    used.set(name, own);
    const place = `${one.hour} ${one.model}`;
    const { tokens, calls } = own.get(place) ?? nothing;
    own.set(place, {
      tokens: tokens + one.inputTokens + one.outputTokens,
      calls: calls + one.calls,
    });
  }
  return used;
}

interface Overlap {
  /** In how many places the two are the same to the token. */
  readonly exact: number;
  /** Of what is used, how much is counted too. */
  readonly share: number;
  /** How alike they are, from 0 to 1: a key that is used more contains any other, and is not like it. */
  readonly closeness: number;
  readonly tokens: number;
}

function overlap(used: Used, counted: Used): Overlap {
  const places = [...new Set([...used.keys(), ...counted.keys()])].map((place) => ({
    own: used.get(place) ?? nothing,
    other: counted.get(place) ?? nothing,
  }));
  const all = places.reduce((sum, { own }) => sum + own.tokens, 0);
  const ofTokens = alike(places.map(({ own, other }) => [own.tokens, other.tokens]));
  const ofCalls = alike(places.map(({ own, other }) => [own.calls, other.calls]));
  const hasCalls = places.some(({ other }) => other.calls > 0);
  return {
    exact: places.filter(({ own, other }) => own.tokens > 0 && own.tokens === other.tokens).length,
    tokens: ofTokens.both,
    share: all === 0 ? 0 : ofTokens.both / all,
    closeness: ofTokens.part * (hasCalls ? ofCalls.part : 1),
  };
}

/** What both have in each place, and its part of what the larger one has there. */
function alike(pairs: readonly (readonly [number, number])[]): { both: number; part: number } {
  const both = pairs.reduce((sum, [one, other]) => sum + Math.min(one, other), 0);
  const larger = pairs.reduce((sum, [one, other]) => sum + Math.max(one, other), 0);
  return { both, part: larger === 0 ? 0 : both / larger };
}
