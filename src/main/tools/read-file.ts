import { z } from "zod";
import { AppError } from "../../shared/errors.ts";
import type { CommandRunner } from "../shell/command-runner.ts";
import { followInside, openForReading, resolveInside } from "../workspace/confine.ts";
import { nearNames } from "../workspace/near-names.ts";
import { pageLimits } from "../workspace/line-collector.ts";
import { readPage, type Page } from "../workspace/read-page.ts";
import { failed } from "./stale-guard.ts";
import type { Tool, ToolContext, ToolResult } from "./tool.ts";

const schema = z.object({
  path: z.string().min(1),
  offset: z.int().min(1).optional().describe("first line, from 1"),
  limit: z.int().min(1).max(pageLimits.lines).optional(),
});
type Input = z.infer<typeof schema>;

/** Names the output of a command where a path is expected. */
const outputPrefix = "belay-output:";

export function readFileTool(shell: Pick<CommandRunner, "openOutput">): Tool<typeof schema> {
  return {
    name: "read_file",
    kind: "read",
    schema,
    description:
      "Read a text file as numbered lines, up to 2000 per call. Long files: go on with offset. Also reads command output named belay-output:ID.",
    describe: ({ path }) => ({ title: `Read ${path}`, detail: path }),
    run: (input, context) =>
      input.path.startsWith(outputPrefix)
        ? readOutput(shell, input, context)
        : readFromWorkspace(input, context),
  };
}

async function readFromWorkspace(input: Input, context: ToolContext): Promise<ToolResult> {
  const { workspace, reads, signal } = context;
  const named = await resolveInside(workspace, input.path);
  const { relative } = await followInside(workspace, named);
  let opened;
  try {
    opened = await openForReading(workspace, input.path);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "not-found") throw error;
    return missing(context, named.relative);
  }
  await using file = opened;
  const page = await readPage(file, { ...pageOf(input), signal });
  if (page.blobId !== null) reads.record(relative, page.blobId);
  if ("binary" in page)
    return failed(
      `${input.path} is a ${page.binary} of ${page.size} bytes, so it is not shown. It counts as read: it can be moved, replaced or deleted.`,
    );
  if (page.blobId !== null && page.content !== null) reads.keep(page.blobId, page.content);
  return { status: "completed", result: render(page, input) };
}

async function missing(context: ToolContext, path: string): Promise<ToolResult> {
  const near = await nearNames(context.workspace, path, context.signal);
  const advice =
    near.length === 0
      ? "Use find_files or list_files to look for it."
      : `Did you mean: ${near.join(", ")}?`;
  return failed(`There is no file ${path}. ${advice}`);
}

async function readOutput(
  shell: Pick<CommandRunner, "openOutput">,
  input: Input,
  { signal }: ToolContext,
): Promise<ToolResult> {
  const { file: opened, state } = await shell.openOutput(input.path.slice(outputPrefix.length));
  await using file = opened;
  const page = await readPage(file, { ...pageOf(input), signal });
  const text = "binary" in page ? "The output is not text." : render(page, input);
  return {
    status: "completed",
    result: state === null ? text : `${text}\n(the command: ${state})`,
  };
}

const pageOf = ({ path, offset = 1, limit = pageLimits.lines }: Input) => ({ path, offset, limit });

function render(page: Page, { offset = 1 }: Input): string {
  const notes = notesOf(page);
  if (page.size === 0) return "(the file is empty)";
  const last = page.lines.at(-1);
  if (last === undefined)
    return `(offset ${offset} is past the end: there are ${page.totalLines} lines)`;
  const lines = page.lines.map(({ number, text, cutBytes }) =>
    cutBytes === 0
      ? `${number}\t${text}`
      : `${number}\t${text}… [${cutBytes} bytes of this line cut]`,
  );
  const isWhole = offset === 1 && last.number >= page.totalLines;
  const position = isWhole
    ? []
    : [
        `lines ${offset}-${last.number} of ${page.totalLines}${last.number < page.totalLines ? `; go on with offset ${last.number + 1}` : ""}`,
      ];
  const all = [...position, ...notes];
  return all.length === 0 ? lines.join("\n") : `${lines.join("\n")}\n(${all.join("; ")})`;
}

function notesOf(page: Page): string[] {
  const cut = page.lines.find((line) => line.cutBytes > 0);
  const many = page.lines.length > 1;
  return [
    ...(page.bom ? ["begins with a byte order mark"] : []),
    ...(page.crlfLines === 0 ? [] : [lineEnds(page)]),
    ...(page.finalNewline ? [] : ["no newline at the end"]),
    ...(page.invalidUtf8 ? ["not valid UTF-8: � stands for bytes that are no text"] : []),
    ...(page.blobId === null
      ? ["it changed while it was read: read it again before you edit it"]
      : []),
    ...(cut === undefined
      ? []
      : [
          many
            ? `for more of a cut line read it alone: offset ${cut.number}, limit 1`
            : "search_files shows the part of a very long line around a match",
        ]),
  ];
}

const lineEnds = ({ crlfLines, totalLines, finalNewline }: Page): string =>
  crlfLines >= totalLines - (finalNewline ? 0 : 1)
    ? "CRLF line ends"
    : "mixed line ends (CRLF and LF)";
