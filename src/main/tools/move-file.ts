import { z } from "zod";
import { assertWritable, resolveInside } from "../workspace/confine.ts";
import { pathKind } from "../workspace/path-kind.ts";
import { expectationOf } from "./expectation.ts";
import { failed } from "./stale-guard.ts";
import { bytesAt, steeringCaution } from "./steering-caution.ts";
import type { Tool } from "./tool.ts";
import { applyEffects } from "./write-scope.ts";

const schema = z.object({ from: z.string().min(1), to: z.string().min(1) });

export const moveFileTool: Tool<typeof schema> = {
  name: "move_file",
  kind: "write",
  schema,
  description: "Move or rename a file that you have read. The new path must be free.",
  describe: ({ from, to }) => ({ title: `Move ${from} to ${to}`, detail: `${from}\n${to}` }),
  caution: (input, context) =>
    steeringCaution(input.from, async () => {
      const from = (await resolveInside(context.workspace, input.from)).relative;
      const to = (await resolveInside(context.workspace, input.to)).relative;
      const moved = (): Promise<Buffer | null> => bytesAt(context, from);
      return [
        { path: from, named: input.from, before: moved, after: nothing },
        { path: to, named: input.to, before: nothing, after: moved },
      ];
    }),
  async run(input, context) {
    const source = await pathKind(context.workspace, input.from);
    const target = await pathKind(context.workspace, input.to);
    assertWritable(source);
    assertWritable(target);
    const from = source.relative;
    const to = target.relative;
    if (from === to) return failed(`${from} is already there.`);
    // On a volume that folds case the new name of a file may "exist" as the file itself: the writer decides that.
    if (target.kind !== "missing" && from.toLowerCase() !== to.toLowerCase())
      return failed(`${to} exists. Choose another path, or delete it first.`);
    const expected = await expectationOf(context, source);
    if (!expected.ok) return expected.result;
    const outcome = await applyEffects(context, "move_file", [
      { kind: "move", from, to, expect: { blobId: expected.blobId } },
    ]);
    context.reads.forget(from);
    context.reads.record(to, expected.blobId);
    return {
      status: "completed",
      result: `moved ${from} to ${to}`,
      changes: [{ path: to, from, kind: "moved", added: 0, removed: 0, binary: false }],
      notes: [...outcome.notes],
    };
  },
};

const nothing = async (): Promise<null> => null;
