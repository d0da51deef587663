import type { ToolItem } from "../../../shared/session-state.ts";
import type { Messages } from "../messages/en.ts";

type Words = Messages["conversation"];
export type KnownTool = keyof Words["verbs"];

const readTools: ReadonlySet<string> = new Set([
  "read_file",
  "list_files",
  "find_files",
  "search_files",
]);

/** Reads nothing but tells nothing of a change either: such steps fold together. */
export const isRead = (item: ToolItem): boolean => readTools.has(item.name) && !item.malformed;

/** Whether this step is a command. */
export const isCommand = (item: ToolItem): boolean => item.name === "run_command";

/** The tool's name where the interface has words for it. */
export const knownTool = (item: ToolItem, words: Words): KnownTool =>
  Object.hasOwn(words.verbs, item.name) && item.name !== "other"
    ? // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- hasOwn has just said so
      (item.name as KnownTool)
    : "other";

/** One argument of a call as text; undefined when the model sent none or something else. */
export function argument(item: ToolItem, name: string): string | undefined {
  if (typeof item.arguments === "string") return undefined;
  const value = Object.hasOwn(item.arguments, name) ? item.arguments[name] : undefined;
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export interface ToolText {
  readonly verb: string;
  /** What it acts on: paths, patterns and commands from the model, to be shown as data. */
  readonly object: string;
  /** A quieter addition, such as the lines read. */
  readonly extra: string | null;
}

/** A step in words: "Edited" · "src/tide.ts". */
export function toolText(item: ToolItem, words: Words): ToolText {
  const tool = knownTool(item, words);
  const isRunning = item.status === "running" || item.status === "awaiting-approval";
  const [running, done] = words.verbs[tool];
  const isNew = tool === "write_file" && item.changes.some((change) => change.kind === "created");
  const ended = isNew ? words.created : goesOn(item) ? words.started : done;
  const verb = isRunning ? running : item.status === "denied" ? words.notDone : ended;
  return { verb, object: objectOf(item, tool, words), extra: extraOf(item, tool, words) };
}

/** Its call ended when it was in the background: then it has not run yet. */
const goesOn = (item: ToolItem): boolean =>
  isCommand(item) &&
  item.status === "completed" &&
  typeof item.arguments === "object" &&
  item.arguments["background"] === true;

function objectOf(item: ToolItem, tool: KnownTool, words: Words): string {
  const path = argument(item, "path");
  switch (tool) {
    case "find_files":
    case "search_files":
      return argument(item, "pattern") ?? "";
    case "move_file":
      return `${argument(item, "from") ?? "?"} → ${argument(item, "to") ?? "?"}`;
    case "run_command":
      return argument(item, "command") ?? "";
    case "list_files":
      return path === undefined || path === "." ? words.wholeProject : path;
    case "update_plan":
      return "";
    case "other":
      return item.name;
    default:
      return path ?? "";
  }
}

function extraOf(item: ToolItem, tool: KnownTool, words: Words): string | null {
  if (tool === "search_files") return argument(item, "path") ?? null;
  if (tool !== "read_file") return null;
  const offset = Number(argument(item, "offset") ?? Number.NaN);
  const limit = Number(argument(item, "limit") ?? Number.NaN);
  if (Number.isNaN(offset) && Number.isNaN(limit)) return null;
  const from = Number.isNaN(offset) ? 1 : offset;
  return words.lines(from, Number.isNaN(limit) ? null : from + limit - 1);
}

export interface LineTotals {
  readonly added: number;
  readonly removed: number;
}

/** Lines added and removed by these changes together. Binary files count none. */
export function sumChanges(changes: readonly LineTotals[]): LineTotals {
  return changes.reduce<LineTotals>(
    (sum, change) => ({ added: sum.added + change.added, removed: sum.removed + change.removed }),
    { added: 0, removed: 0 },
  );
}

/** A duration for people: "0.4 s", "12 s", "3 min 5 s", "1 h 2 min". Under 50 ms there is nothing to say: null. */
export function formatDuration(milliseconds: number | null): string | null {
  if (milliseconds === null || milliseconds < 50) return null;
  if (milliseconds < 9950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60)
    return seconds % 60 === 0 ? `${minutes} min` : `${minutes} min ${seconds % 60} s`;
  return minutes % 60 === 0
    ? `${Math.floor(minutes / 60)} h`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
