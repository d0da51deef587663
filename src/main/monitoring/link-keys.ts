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
    .filter(({ share }) => share >= leastShare)
    .toSorted((a, b) => b.exact - a.exact || b.share - a.share || b.tokens - a.tokens);
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

type Used = ReadonlyMap<string, number>;

/** Tokens by key, hour and model. */
function usedBy<T extends OwnHour | ProviderHour>(
  hours: readonly T[],
  nameOf: (hour: T) => string,
): ReadonlyMap<string, Used> {
  const used = new Map<string, Map<string, number>>();
  for (const one of hours) {
    const name = nameOf(one);
    const own = used.get(name) ?? new Map<string, number>();
    used.set(name, own);
    const place = `${one.hour} ${one.model}`;
    own.set(place, (own.get(place) ?? 0) + one.inputTokens + one.outputTokens);
  }
  return used;
}

/** How much of what is used is counted too, and in how many places it is the same to the token. */
function overlap(
  used: Used,
  counted: Used,
): { readonly exact: number; readonly share: number; readonly tokens: number } {
  let all = 0;
  let tokens = 0;
  let exact = 0;
  for (const [place, amount] of used) {
    const other = counted.get(place) ?? 0;
    all += amount;
    tokens += Math.min(amount, other);
    if (amount > 0 && amount === other) exact += 1;
  }
  return { exact, tokens, share: all === 0 ? 0 : tokens / all };
}
