import { createHash } from "node:crypto";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder, readJson, removeFolder, writeAtomically } from "../json-file.ts";
import { joinExtents, type ProviderFigures } from "./hours.ts";

const count = z.int().nonnegative();
const hourSchema = z.object({
  hour: count,
  model: z.string(),
  workspaceId: z.string(),
  apiKeyId: z.string(),
  calls: count,
  failedCalls: count,
  inputTokens: count,
  cachedTokens: count,
  outputTokens: count,
});

const extentsSchema = z.record(z.string(), z.object({ first: z.number(), newest: z.number() }));

const countingSchema = z.enum(["running-total", "per-minute"]);

const daySchema = z.object({
  counting: countingSchema,
  /** Unix milliseconds: hours that end by then are final. */
  upTo: count,
  hours: z.array(hourSchema),
  workspaces: extentsSchema,
  /** The value of each series at `upTo`. */
  last: z.array(z.tuple([z.string(), z.number()])),
});
/** What the provider said of one day of UTC, as far as that does not change any more. */
export type CachedDay = z.infer<typeof daySchema>;

/** Final figures of one address, on disk: they are never asked for again, and outlast the thirty days that the provider keeps them. */
export interface HoursCache {
  find(day: number): CachedDay | null;
  keep(day: number, read: CachedDay): void;
  /** First and newest sample of each workspace, as far as they were ever seen: what is given is remembered. */
  covered(workspaces: ProviderFigures["workspaces"]): ProviderFigures["workspaces"];
  /** How the series were seen to count; null = not yet. */
  counting(): CachedDay["counting"] | null;
  keepCounting(counting: CachedDay["counting"]): void;
  clear(): void;
}

/** `folder` is made when something is kept. The address is in no file and no name: it may hold a token. */
export function createHoursCache(folder: string, url: string): HoursCache {
  const own = join(folder, createHash("sha256").update(url).digest("hex").slice(0, 16));
  const fileOf = (day: number): string =>
    join(own, `${new Date(day).toISOString().slice(0, 10)}.json`);
  return {
    find: (day) => readJson<CachedDay | null>(fileOf(day), daySchema, () => null).value,
    keep: (day, read) => {
      makeFolder(own);
      writeAtomically(fileOf(day), JSON.stringify(read));
    },
    covered(workspaces) {
      const file = join(own, "covered.json");
      const before = readJson(file, extentsSchema, () => ({})).value;
      const all = joinExtents(before, workspaces);
      if (Object.keys(all).length > 0) {
        makeFolder(own);
        writeAtomically(file, JSON.stringify(all));
      }
      return all;
    },
    counting: () =>
      readJson(join(own, "counting.json"), countingSchema.nullable(), () => null).value,
    keepCounting(counting) {
      makeFolder(own);
      writeAtomically(join(own, "counting.json"), JSON.stringify(counting));
    },
    clear: () => removeFolder(own),
  };
}
