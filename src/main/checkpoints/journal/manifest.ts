import { z } from "zod";

/** A file of records whose contents are in packs. It never changes. */
const segmentSchema = z.object({ name: z.string(), records: z.int(), bytes: z.int() });
export type SegmentRef = z.infer<typeof segmentSchema>;

const packSchema = z.object({
  /** Without ending. */
  name: z.string(),
  /** Of pack and index. */
  bytes: z.int(),
  objects: z.int(),
  /** Compressed bytes of the versions of people's files in it: without commits, trees and manifests. */
  changed: z.int(),
});
export type PackRef = z.infer<typeof packSchema>;

/** The head of a journal: what came before its own records. A segment's head has the same form, and names nothing. */
export const manifestSchema = z.object({
  format: z.literal(2),
  /** One more with each journal that takes the place of another. */
  generation: z.int(),
  /** One more when records were dropped: who has read them must start over. */
  history: z.int(),
  /** Oldest first. */
  segments: z.array(segmentSchema),
  packs: z.array(packSchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

export const emptyManifest: Manifest = {
  format: 2,
  generation: 0,
  history: 0,
  segments: [],
  packs: [],
};
