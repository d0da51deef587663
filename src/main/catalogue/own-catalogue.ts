import { z } from "zod";
import { currencySchema } from "../../shared/money.ts";
import { modelEntrySchema, type ModelEntry } from "./model-facts.ts";
import type { PriceRow } from "./price-list.ts";
import type { RateLimitRow } from "./rate-limits.ts";
import { regionFacts } from "./region-facts.ts";

/** Models, prices and limits of the person's own: each wins over the entry of the same model, and region, in Belay's lists. */
export interface OwnCatalogue {
  readonly models: ReadonlyMap<string, ModelEntry>;
  readonly prices: readonly PriceRow[];
  readonly rateLimits: readonly RateLimitRow[];
  /** Kept in the ledger with what these prices made of a request. */
  readonly priceVersion: string;
}

export const emptyCatalogue: OwnCatalogue = {
  models: new Map(),
  prices: [],
  rateLimits: [],
  priceVersion: "",
};

/** What could be used of a file, and for each entry that could not: where it is, what is wrong, and what to write. */
export interface OwnCatalogueRead {
  readonly own: OwnCatalogue;
  readonly problems: readonly string[];
}

const regionIds = [
  ...new Set(
    regionFacts
      .map(({ id }) => id)
      .concat(regionFacts.flatMap(({ scopes }) => scopes))
      .concat("custom"),
  ),
];

/** A price per million tokens as nano-units per token: exact, since a thousandth of a million is a whole nano-unit. */
const perMillionSchema = z
  .union([z.string(), z.number().transform(String)])
  .refine((text) => /^\d{1,9}(?:\.\d{1,3})?$/.test(text), {
    error: 'write the price per million tokens with at most three decimals, such as "0.3"',
  })
  .transform((text) => {
    const [whole = "0", fraction = ""] = text.split(".");
    return Number(whole) * 1000 + Number(fraction.padEnd(3, "0"));
  });

const percentSchema = z.int().min(0).max(1000).nullable().default(null);
const regionSchema = z.enum(regionIds, { error: `write one of ${regionIds.join(", ")}` });
const modelSchema = z.string().min(1).max(200);
const rateSchema = z.int().positive().nullable();

const priceEntrySchema = z.strictObject({
  model: modelSchema,
  region: regionSchema,
  currency: currencySchema,
  tiers: z
    .array(
      z.strictObject({
        maxInputTokens: z.int().positive(),
        input: perMillionSchema,
        output: perMillionSchema,
        outputThinking: perMillionSchema.optional(),
      }),
    )
    .min(1)
    .refine(isRising, { error: "write the brackets in rising order of maxInputTokens" }),
  implicitReadPercent: percentSchema,
  explicitReadPercent: percentSchema,
  explicitCreatePercent: percentSchema,
});

const rateEntrySchema = z.strictObject({
  model: modelSchema,
  region: regionSchema,
  rpm: rateSchema,
  tpm: rateSchema,
});

function isRising(tiers: readonly { readonly maxInputTokens: number }[]): boolean {
  return tiers.every(
    ({ maxInputTokens }, index) => maxInputTokens > (tiers[index - 1]?.maxInputTokens ?? 0),
  );
}

const lists = ["models", "prices", "rateLimits"] as const;

/** Reads what a person wrote. `file` is named in the problems, `version` with the prices; nothing is thrown. */
export function parseOwnCatalogue(
  text: string,
  { file, version }: { readonly file: string; readonly version: string },
): OwnCatalogueRead {
  const problems: string[] = [];
  const tell = (place: string, what: string): void =>
    void problems.push(`${file}, ${place}: ${what}`);
  const content = parseJson(text, (what) => {
    tell("the whole file", `${what}. Write JSON such as {"models": [], "prices": []}.`);
  });
  if (content === undefined) return { own: emptyCatalogue, problems };
  for (const key of Object.keys(content))
    if (!lists.some((list) => list === key))
      tell(key, `there is no such list. Write ${lists.join(", ")}.`);
  const models = readList(content, { list: "models", schema: modelEntrySchema, tell });
  const prices = readList(content, { list: "prices", schema: priceEntrySchema, tell });
  const rates = readList(content, { list: "rateLimits", schema: rateEntrySchema, tell });
  const own: OwnCatalogue = {
    models: new Map(models.map((entry) => [entry.id, entry])),
    prices,
    rateLimits: rates.map(({ region, ...rate }) => Object.assign({ scope: region }, rate)),
    priceVersion: version,
  };
  return { own, problems };
}

function parseJson(
  text: string,
  fail: (what: string) => void,
): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ""));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
    fail("it holds no object");
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  return undefined;
}

interface ListToRead<T> {
  readonly list: (typeof lists)[number];
  readonly schema: z.ZodType<T>;
  readonly tell: (place: string, what: string) => void;
}

/** The entries that fit; each other one is told with the first thing that is wrong in it. */
function readList<T extends object>(
  content: Readonly<Record<string, unknown>>,
  { list, schema, tell }: ListToRead<T>,
): readonly T[] {
  const value = content[list] ?? [];
  if (!Array.isArray(value)) {
    tell(list, "it is no list. Write [ … ].");
    return [];
  }
  const seen = new Set<string>();
  return value.flatMap((raw: unknown, index) => {
    const parsed = schema.safeParse(raw);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      tell(
        placeOf(list, [index, ...(issue?.path ?? [])]),
        `${issue?.message ?? "it cannot be read"}. This entry is not used.`,
      );
      return [];
    }
    const id = identityOf(parsed.data);
    if (seen.has(id)) {
      tell(placeOf(list, [index]), "the same is said above. This entry is not used.");
      return [];
    }
    seen.add(id);
    return [parsed.data];
  });
}

/** One entry for a model, and for a model in a region. */
const identityOf = (entry: object): string =>
  JSON.stringify([
    "id" in entry ? entry.id : "model" in entry ? entry.model : null,
    "region" in entry ? entry.region : null,
  ]);

const placeOf = (list: string, path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (place, part) => (typeof part === "number" ? `${place}[${part}]` : `${place}.${String(part)}`),
    list,
  );
