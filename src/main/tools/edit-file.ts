import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { loadFile } from "../workspace/load-file.ts";
import { blobId } from "../workspace/blob-id.ts";
import { changeNumbers, countChange } from "./count-changes.ts";
import { escapesNote, meantEdit } from "./double-escapes.ts";
import { editText } from "./edit-text.ts";
import type { TextEdit } from "./line-ends.ts";
import { steeringCaution } from "./steering-caution.ts";
import { failed, loadFresh, rememberWritten } from "./stale-guard.ts";
import type { Tool } from "./tool.ts";
import { applyEffects, writablePath } from "./write-scope.ts";

const schema = z.object({
  path: z.string().min(1),
  old_string: z.string().min(1).describe("exact text that occurs once"),
  new_string: z.string(),
  replace_all: z.boolean().optional(),
});

export const editFileTool: Tool<typeof schema> = {
  name: "edit_file",
  kind: "write",
  schema,
  description: "Replace old_string by new_string in a file that you have read. Line ends are kept.",
  async repair(input, context) {
    const { old_string: oldText, new_string: newText } = input;
    if (!oldText.includes("\\")) return null;
    const path = await writablePath(context, input.path);
    const file = await loadFile(context.workspace, path);
    if (file === null || !isUtf8(file.content)) return null;
    const text = file.content.toString();
    if (editText(text, { oldText, newText, all: true }).ok) return null;
    const meant = meantEdit(path, text, { oldText, newText });
    if (meant === null) return null;
    return {
      input: { ...input, old_string: meant.oldText, new_string: meant.newText },
      repair: "escapes",
      note: escapesNote("old_string"),
    };
  },
  describe: (input) => ({
    title: `Edit ${input.path}`,
    detail: `${marked("-", input.old_string)}\n${marked("+", input.new_string)}`,
  }),
  caution: (input, context) =>
    steeringCaution(input.path, async () => {
      const path = await writablePath(context, input.path);
      const before = (await loadFile(context.workspace, path))?.content ?? null;
      const edited = before === null ? null : editBytes(before, textEdit(input));
      const after = edited?.ok === true ? edited.content : before;
      const named = input.path;
      return [{ path, named, before: async () => before, after: async () => after }];
    }),
  async run(input, context) {
    const path = await writablePath(context, input.path);
    const fresh = await loadFresh(context, path);
    if (!fresh.ok) return fresh.result;
    const { content: before, blobId: seen } = fresh.file;
    const edited = editBytes(before, textEdit(input));
    if (!edited.ok) return failed(`${path}: ${edited.why}`);
    if (blobId(edited.content) === seen)
      return failed(
        `${path}: the edit changes nothing; old_string and new_string come to the same text.`,
      );
    const outcome = await applyEffects(context, "edit_file", [
      { kind: "write", path, content: edited.content, expect: { blobId: seen } },
    ]);
    rememberWritten(context, path, edited.content);
    const change = countChange({ path, kind: "modified", before, after: edited.content });
    const places = edited.count > 1 ? `, ${edited.count} places` : "";
    const how = edited.note === null ? "" : `\n${edited.note}`;
    return {
      status: "completed",
      result: `edited ${path}: ${changeNumbers(change)}${places}${how}`,
      changes: [change],
      notes: [...outcome.notes],
    };
  },
};

const textEdit = (input: z.infer<typeof schema>): TextEdit => ({
  oldText: input.old_string,
  newText: input.new_string,
  all: input.replace_all ?? false,
});

const marked = (mark: string, text: string): string =>
  text
    .split("\n")
    .map((line) => mark + line)
    .join("\n");

type EditedBytes =
  | {
      readonly ok: true;
      readonly content: Buffer;
      readonly count: number;
      readonly note: string | null;
    }
  | { readonly ok: false; readonly why: string };

/** Edits bytes: a file that is not valid UTF-8 is taken byte by byte, so that what is not edited stays to the bit. */
function editBytes(before: Buffer, edit: TextEdit): EditedBytes {
  const encoding = isUtf8(before) ? "utf8" : "latin1";
  const recode = (text: string): string => Buffer.from(text).toString(encoding);
  const result = editText(before.toString(encoding), {
    ...edit,
    oldText: recode(edit.oldText),
    newText: recode(edit.newText),
  });
  return result.ok
    ? {
        ok: true,
        content: Buffer.from(result.text, encoding),
        count: result.count,
        note: result.note,
      }
    : result;
}
