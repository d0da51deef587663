import { z } from "zod";
import { steeringKindSchema } from "./trust.ts";

/** Of one sort, what undo would not cover; `more`: how many there are beside those that are named. */
const uncoveredSchema = z.object({
  what: z.enum(["heavy", "too-large", "repository", "special"]),
  names: z.array(z.string()),
  more: z.int().nonnegative(),
});

/** What a person should know before a call runs, as main knows it: the words are those of whoever shows it. */
export const cautionSchema = z.discriminatedUnion("code", [
  /** Changes to files ask in this mode. */
  z.object({ code: z.literal("writes-ask") }),
  /** It wants this beyond the sandbox, as the call's `needs` names it. */
  z.object({ code: z.literal("need"), need: z.string() }),
  /** Undo would not cover this of a command. `unseen`: files that were not looked at yet, of so many; of 0 where none was. */
  z.object({
    code: z.literal("uncovered"),
    unseen: z.object({ files: z.int().nonnegative(), of: z.int().nonnegative() }).nullable(),
    lists: z.array(uncoveredSchema),
  }),
  /** It changes files of these kinds, which ask in every mode; `leadsTo`: a link leads to this one. */
  z.object({
    code: z.literal("steers"),
    kinds: z.array(steeringKindSchema),
    leadsTo: z.string().nullable(),
  }),
]);
export type UncoveredList = z.infer<typeof uncoveredSchema>;
export type CautionPart = z.infer<typeof cautionSchema>;
