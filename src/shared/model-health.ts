import { z } from "zod";
import { protocolSchema, repairSchema } from "./events.ts";

/** How well one model makes its tool calls on one endpoint, over all sessions. */
export const modelHealthSchema = z.object({
  model: z.string(),
  region: z.string(),
  protocol: protocolSchema,
  calls: z.int().nonnegative(),
  /** Calls whose arguments were no JSON object. */
  malformed: z.int().nonnegative(),
  /** Calls that ended as failed, malformed ones among them. */
  failed: z.int().nonnegative(),
  /** Calls that were put right, by kind; one call may count in several. */
  repairs: z.partialRecord(repairSchema, z.int().nonnegative()),
});
export type ModelHealth = z.infer<typeof modelHealthSchema>;
