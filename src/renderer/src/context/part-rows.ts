import { partKindSchema, type ContextPart, type PartKind } from "../../../shared/context.ts";
import { formatNano, parseNano, type Money } from "../../../shared/money.ts";
import type { Messages } from "../messages/en.ts";
import { visibleString } from "../text/visible-characters.ts";

/** Parts of one kind, with their sum; `parts` is empty where there is nothing to tell apart. */
export interface KindRow {
  readonly kind: PartKind;
  readonly count: number;
  readonly tokens: number;
  readonly cachedTokens: number;
  readonly cost: Money | null;
  /** The largest first. */
  readonly parts: readonly ContextPart[];
}

/** One row a kind, in the order that a request has them. */
export function kindRows(parts: readonly ContextPart[]): readonly KindRow[] {
  return partKindSchema.options.flatMap((kind) => {
    const own = parts.filter((part) => part.kind === kind);
    return own.length === 0 ? [] : [{ ...sumOf(own), kind, parts: named(own) }];
  });
}

const named = (parts: readonly ContextPart[]): readonly ContextPart[] =>
  parts.some(({ label }) => label !== "") ? parts.toSorted((a, b) => b.tokens - a.tokens) : [];

/** Several parts as one. */
export function sumOf(parts: readonly ContextPart[]): Omit<KindRow, "kind" | "parts"> {
  const sum = (value: (part: ContextPart) => number): number =>
    parts.reduce((all, part) => all + value(part), 0);
  return {
    count: sum(({ count }) => count),
    tokens: sum(({ tokens }) => tokens),
    cachedTokens: sum(({ cachedTokens }) => cachedTokens),
    cost: costOf(parts),
  };
}

function costOf(parts: readonly ContextPart[]): Money | null {
  const [first] = parts;
  const currency = first?.cost?.currency;
  if (currency === undefined || parts.some(({ cost }) => cost === null)) return null;
  const nano = parts.reduce((all, { cost }) => all + (parseNano(cost?.amount ?? "0") ?? 0n), 0n);
  return { amount: formatNano(nano), currency };
}

/** What a part is called beside its kind. */
export function partName(
  { kind, label }: { readonly kind: PartKind; readonly label: string },
  { context: words }: Messages,
): string {
  if (kind === "memory") return words.memoryFile(label);
  if (label !== "") return visibleString(label);
  return kind === "tool" || kind === "result" || kind === "file"
    ? words.unnamed
    : words.kinds[kind];
}
