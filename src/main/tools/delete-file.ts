import { z } from "zod";
import { assertWritable, resolveInside } from "../workspace/confine.ts";
import { editableBytes, loadFile } from "../workspace/load-file.ts";
import { pathKind } from "../workspace/path-kind.ts";
import { changeNumbers, countChange } from "./count-changes.ts";
import { expectationOf } from "./expectation.ts";
import { bytesAt, steeringCaution } from "./steering-caution.ts";
import type { Tool } from "./tool.ts";
import { applyEffects } from "./write-scope.ts";

const schema = z.object({ path: z.string().min(1) });

export const deleteFileTool: Tool<typeof schema> = {
  name: "delete_file",
  kind: "write",
  schema,
  description: "Delete a file that you have read.",
  describe: ({ path }) => ({ title: `Delete ${path}`, detail: path }),
  caution: (input, context) =>
    steeringCaution(input.path, async () => {
      const path = (await resolveInside(context.workspace, input.path)).relative;
      const named = input.path;
      return [{ path, named, before: () => bytesAt(context, path), after: async () => null }];
    }),
  async run(input, context) {
    const found = await pathKind(context.workspace, input.path);
    assertWritable(found);
    const path = found.relative;
    const expected = await expectationOf(context, found);
    if (!expected.ok) return expected.result;
    const before =
      found.kind === "file" && expected.size <= editableBytes
        ? await loadFile(context.workspace, path)
        : null;
    const outcome = await applyEffects(context, "delete_file", [
      { kind: "delete", path, expect: { blobId: expected.blobId } },
    ]);
    context.reads.forget(path);
    const change = countChange({
      path,
      kind: "deleted",
      before: before?.content ?? null,
      after: null,
    });
    return {
      status: "completed",
      result: `deleted ${path}: ${changeNumbers(change)}`,
      changes: [change],
      notes: [...outcome.notes],
    };
  },
};
