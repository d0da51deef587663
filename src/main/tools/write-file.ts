import { z } from "zod";
import { blobId } from "../workspace/blob-id.ts";
import { loadFile } from "../workspace/load-file.ts";
import { changeNumbers, countChange } from "./count-changes.ts";
import { escapesNote, looksEscaped, meantSource } from "./double-escapes.ts";
import { steeringCaution } from "./steering-caution.ts";
import { rememberWritten, staleResult } from "./stale-guard.ts";
import type { Tool } from "./tool.ts";
import { applyEffects, writablePath } from "./write-scope.ts";

const escapesHint =
  "The content is one line with several literal \\n in it, and was written so. If they were meant as line ends, write it again with real ones.";

const schema = z.object({ path: z.string().min(1), content: z.string() });

export const writeFileTool: Tool<typeof schema> = {
  name: "write_file",
  kind: "write",
  schema,
  description: "Create a file, or replace all of one that you have read. Folders are made.",
  repair: async (input) => {
    const content = meantSource(input.path, input.content);
    if (content === null) return null;
    return { input: { ...input, content }, repair: "escapes", note: escapesNote("content") };
  },
  describe: ({ path, content }) => ({ title: `Write ${path}`, detail: content }),
  caution: (input, context) =>
    steeringCaution(input.path, async () => {
      const path = await writablePath(context, input.path);
      const before = async (): Promise<Buffer | null> =>
        (await loadFile(context.workspace, path))?.content ?? null;
      const after = async (): Promise<Buffer> => Buffer.from(input.content);
      return [{ path, named: input.path, before, after }];
    }),
  async run(input, context) {
    const path = await writablePath(context, input.path);
    const existing = await loadFile(context.workspace, path);
    const stale = existing === null ? null : await staleResult(context, path, existing.blobId);
    if (stale !== null) return stale;
    const { content, notes } = keepStyle(input.content, existing?.content ?? null);
    if (existing !== null && existing.blobId === blobId(content))
      return { status: "completed", result: `${path} already has exactly this content.` };
    const outcome = await applyEffects(context, "write_file", [
      {
        kind: "write",
        path,
        content,
        expect: existing === null ? "absent" : { blobId: existing.blobId },
      },
    ]);
    rememberWritten(context, path, content);
    const kind = existing === null ? "created" : "modified";
    const change = countChange({ path, kind, before: existing?.content ?? null, after: content });
    const verb = existing === null ? "created" : "replaced";
    return {
      status: "completed",
      result: [
        `${verb} ${path}: ${changeNumbers(change)}`,
        ...notes,
        ...(looksEscaped(input.content) ? [escapesHint] : []),
      ].join("\n"),
      changes: [change],
      notes: [...outcome.notes, ...notes],
    };
  },
};

const mark = Buffer.from([0xef, 0xbb, 0xbf]);

/** The model's bytes, but a file that is all CRLF stays so, and a byte order mark stays. */
function keepStyle(
  text: string,
  existing: Buffer | null,
): { readonly content: Buffer; readonly notes: readonly string[] } {
  if (existing === null || existing.length === 0) return { content: Buffer.from(text), notes: [] };
  const old = existing.toString("latin1");
  const keepsCrlf =
    /\r\n/.test(old) && !/(?<!\r)\n/.test(old) && !text.includes("\r") && text.includes("\n");
  const body = Buffer.from(keepsCrlf ? text.replaceAll("\n", "\r\n") : text);
  const keepsMark = existing.subarray(0, 3).equals(mark) && !body.subarray(0, 3).equals(mark);
  const kept = [
    ...(keepsCrlf ? ["CRLF line ends"] : []),
    ...(keepsMark ? ["byte order mark"] : []),
  ];
  return {
    content: keepsMark ? Buffer.concat([mark, body]) : body,
    notes: kept.length === 0 ? [] : [`Kept the file's ${kept.join(" and ")}.`],
  };
}
