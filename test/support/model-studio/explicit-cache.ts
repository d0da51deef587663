import { meaningOf } from "./meaning.ts";

/** The rules of the explicit cache [documented]. */
const rules = { markers: 4, leastTokens: 1024, lookBack: 20, lifeMs: 5 * 60_000 } as const;

export interface Reading {
  readonly cached: number;
  readonly created: number;
  /** Makes the entries: they exist only once the answer has ended. */
  readonly keep: () => void;
}

export interface ExplicitCache {
  /** What of a prompt is read from the cache and what is added to it; null when nothing in it is marked. */
  read(
    model: string,
    prompt: { readonly tools: unknown; readonly messages: unknown },
  ): Reading | null;
}

/** One content block, with everything up to its end as one text. */
interface Block {
  readonly upTo: string;
  readonly isMarked: boolean;
}

/** Entries by model and text, which a hit keeps alive. `now` in milliseconds. */
export function createExplicitCache(
  tokens: (text: string) => number,
  now: () => number = () => performance.now(),
): ExplicitCache {
  const entries = new Map<string, number>();
  const longest = (blocks: readonly Block[]): number =>
    Math.max(0, ...blocks.map(({ upTo }) => tokens(upTo)));
  const isAlive = (key: string): boolean => (entries.get(key) ?? 0) > now();
  return {
    read(model, prompt) {
      const blocks = blocksOf(prompt);
      const keyOf = ({ upTo }: Block): string => `${model}\0${upTo}`;
      const marked = blocks.flatMap(({ isMarked }, index) => (isMarked ? [index] : []));
      const counted = marked
        .slice(-rules.markers)
        .filter((index) => tokens(blocks[index]?.upTo ?? "") >= rules.leastTokens);
      if (counted.length === 0) return null;
      const hits = counted.flatMap((end) =>
        blocks.slice(Math.max(0, end - rules.lookBack), end + 1).filter((b) => isAlive(keyOf(b))),
      );
      const cached = longest(hits);
      const ends = counted.map((index) => blocks[index]).filter((block) => block !== undefined);
      return {
        cached,
        created: Math.max(0, longest(ends) - cached),
        keep() {
          for (const block of [...hits, ...ends]) entries.set(keyOf(block), now() + rules.lifeMs);
        },
      };
    },
  };
}

/** Tools come first and are part of every block; a marker on a message itself, not in its content, means nothing [reported]. */
function blocksOf({ tools, messages }: { tools: unknown; messages: unknown }): Block[] {
  let text = JSON.stringify(tools ?? []);
  const blocks: Block[] = [];
  const add = (part: unknown, isMarked: boolean): void => {
    text += JSON.stringify(part);
    blocks.push({ upTo: text, isMarked });
  };
  for (const { role, parts, calls } of meaningOf(messages)) {
    text += role;
    for (const part of parts) add(part.text, part.isMarked);
    for (const call of calls) add(call, false);
  }
  return blocks;
}
