import { z } from "zod";
import { readJson, writeAtomically } from "../json-file.ts";

const sourceSchema = z.object({
  region: z.string(),
  url: z.string(),
  counting: z.enum(["auto", "running-total", "per-minute"]),
  /** Keys that the person put together. */
  links: z.array(
    z.object({
      fingerprint: z.string(),
      provider: z.object({ apiKeyId: z.string(), workspaceId: z.string() }),
    }),
  ),
});
export type SavedSource = z.infer<typeof sourceSchema>;

const defaultThreshold = 1;
const fileSchema = z.object({
  thresholdPercent: z.number().min(0).max(100),
  sources: z.array(sourceSchema),
});
type Saved = z.infer<typeof fileSchema>;

/** Where the provider's figures are read, in the app's folder. No AccessKey is in it. */
export interface SourcesFile {
  all(): readonly SavedSource[];
  find(region: string): SavedSource | null;
  threshold(): number;
  /** In place of the region's. Throws AppError("unavailable") when it cannot be kept. */
  keep(source: SavedSource): void;
  forget(region: string): void;
  setThreshold(percent: number): void;
}

/** Each change reads anew: another process may have written meanwhile. */
export function createSourcesFile(file: string): SourcesFile {
  const read = (): Saved =>
    readJson(file, fileSchema, () => ({ thresholdPercent: defaultThreshold, sources: [] })).value;
  const write = (saved: Saved): void =>
    writeAtomically(file, `${JSON.stringify(saved, null, 2)}\n`);
  const others = (region: string): SavedSource[] =>
    read().sources.filter((source) => source.region !== region);
  return {
    all: () => read().sources,
    find: (region) => read().sources.find((source) => source.region === region) ?? null,
    threshold: () => read().thresholdPercent,
    keep: (source) => write({ ...read(), sources: [...others(source.region), source] }),
    forget: (region) => write({ ...read(), sources: others(region) }),
    setThreshold: (thresholdPercent) => write({ ...read(), thresholdPercent }),
  };
}
