import { z } from "zod";
import { billMappingSchema, type BillMapping } from "../../shared/bill-file.ts";
import { readJson, writeAtomically } from "../json-file.ts";
import type { KeyLink } from "./link-keys.ts";

const linkSchema = z.object({
  fingerprint: z.string(),
  provider: z.object({ apiKeyId: z.string(), workspaceId: z.string() }),
});

const sourceSchema = z.object({
  region: z.string(),
  url: z.string(),
  counting: z.enum(["auto", "running-total", "per-minute"]),
  /** Keys that the person put together. */
  links: z.array(linkSchema),
});
export type SavedSource = z.infer<typeof sourceSchema>;

/** How bills were read. What a later Belay wrote and this one cannot read is asked for anew, and costs nothing else. */
const billsSchema = z.object({
  /** By the headings, newest first. */
  mappings: z.array(z.object({ shape: z.string(), mapping: billMappingSchema })),
  links: z.array(linkSchema.extend({ region: z.string() })),
});

const defaultThreshold = 1;
const mostMappings = 50;
const noBills: z.infer<typeof billsSchema> = { mappings: [], links: [] };

const fileSchema = z.object({
  thresholdPercent: z.number().min(0).max(100),
  sources: z.array(sourceSchema),
  bills: billsSchema.catch(noBills).optional(),
});
type Saved = z.infer<typeof fileSchema>;

type Link = Omit<KeyLink, "link">;

/** Where the provider's figures are read, in the app's folder. No AccessKey is in it. */
export interface SourcesFile {
  all(): readonly SavedSource[];
  find(region: string): SavedSource | null;
  threshold(): number;
  /** In place of the region's. Throws AppError("unavailable") when it cannot be kept. */
  keep(source: SavedSource): void;
  forget(region: string): void;
  setThreshold(percent: number): void;
  /** How the columns of a file with these headings were read; null = never. */
  mapping(shape: string): BillMapping | null;
  keepMapping(shape: string, mapping: BillMapping): void;
  /** Keys of a region that the person put together with those that files name. */
  billLinks(region: string): readonly Link[];
  keepBillLinks(region: string, links: readonly Link[]): void;
}

/** Each change reads anew: another process may have written meanwhile. */
export function createSourcesFile(file: string): SourcesFile {
  const read = (): Saved =>
    readJson(file, fileSchema, () => ({ thresholdPercent: defaultThreshold, sources: [] })).value;
  const write = (saved: Saved): void =>
    writeAtomically(file, `${JSON.stringify(saved, null, 2)}\n`);
  const others = (region: string): SavedSource[] =>
    read().sources.filter((source) => source.region !== region);
  const bills = () => read().bills ?? noBills;
  return {
    all: () => read().sources,
    find: (region) => read().sources.find((source) => source.region === region) ?? null,
    threshold: () => read().thresholdPercent,
    keep: (source) => write({ ...read(), sources: [...others(source.region), source] }),
    forget: (region) => write({ ...read(), sources: others(region) }),
    setThreshold: (thresholdPercent) => write({ ...read(), thresholdPercent }),
    mapping: (shape) => bills().mappings.find((one) => one.shape === shape)?.mapping ?? null,
    keepMapping(shape, mapping) {
      const rest = bills().mappings.filter((one) => one.shape !== shape);
      const mappings = [{ shape, mapping }, ...rest].slice(0, mostMappings);
      write({ ...read(), bills: { ...bills(), mappings } });
    },
    billLinks: (region) =>
      bills().links.flatMap(({ region: own, ...link }) => (own === region ? [link] : [])),
    keepBillLinks(region, links) {
      const rest = bills().links.filter((link) => link.region !== region);
      const own = links.map((link) => ({ ...link, region, provider: { ...link.provider } }));
      write({ ...read(), bills: { ...bills(), links: [...rest, ...own] } });
    },
  };
}
