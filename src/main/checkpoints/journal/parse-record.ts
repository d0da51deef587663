import { recordSchema, type Done, type Intent, type JournalRecord } from "../records.ts";

/**
 * A record from its JSON; undefined for what is none, or of a kind that a newer Belay wrote. What a long history is full of (writes,
 * undos of nothing in part, and their ends) is only looked over, and stays the object it is: a schema takes ten times as long and
 * makes every object twice. Anything else is the schema's.
 */
export function parseRecord(value: unknown): JournalRecord | undefined {
  if (isFields(value) && (isPlainIntent(value) || isPlainDone(value))) return value;
  const parsed = recordSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText);
const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;
const isId = (value: unknown): boolean => isText(value) && /^[a-z0-9][a-z0-9-]{0,63}$/.test(value);
const isIdOrNull = (value: unknown): boolean => value === null || isId(value);
const isTextOrNull = (value: unknown): boolean => value === null || isText(value);

const kinds: ReadonlySet<unknown> = new Set<Intent["kind"]>(["write", "command", "undo", "redo"]);

/** One without what only commands and undos have. */
const isPlainIntent = (value: Fields): value is Fields & Intent =>
  value["record"] === "intent" &&
  kinds.has(value["kind"]) &&
  isId(value["sessionId"]) &&
  isIdOrNull(value["turnId"]) &&
  isIdOrNull(value["callId"]) &&
  isText(value["id"]) &&
  isText(value["tool"]) &&
  isText(value["at"]) &&
  isText(value["commit"]) &&
  Array.isArray(value["entries"]) &&
  value["entries"].every(isEntry) &&
  isTexts(value["folders"]) &&
  isTexts(value["emptied"]) &&
  isEmpty(value["reverses"]) &&
  isEmpty(value["left"]) &&
  value["command"] === undefined &&
  isHead(value["head"]);

const isPlainDone = (value: Fields): value is Fields & Done =>
  value["record"] === "done" &&
  isText(value["id"]) &&
  isTexts(value["paths"]) &&
  isEmpty(value["rescued"]) &&
  typeof value["recovered"] === "boolean";

const isEntry = (value: unknown): boolean =>
  isFields(value) &&
  isText(value["path"]) &&
  isText(value["temporary"]) &&
  isText(value["aside"]) &&
  isImage(value["pre"]) &&
  isImage(value["post"]);

function isImage(value: unknown): boolean {
  if (!isFields(value)) return false;
  switch (value["type"]) {
    case "absent":
      return true;
    case "link":
      return isText(value["blob"]);
    case "folder":
      return Number.isSafeInteger(value["mode"]);
    case "file":
      return (
        isText(value["blob"]) &&
        Number.isSafeInteger(value["mode"]) &&
        Number.isSafeInteger(value["size"])
      );
    default:
      return false;
  }
}

const isHead = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (isFields(value) && isTextOrNull(value["branch"]) && isTextOrNull(value["commit"]));
