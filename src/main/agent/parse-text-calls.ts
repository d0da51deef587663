import type { Repair } from "../../shared/events.ts";
import type { ModelCall, ToolBox } from "./turn-context.ts";

/** The calls that a text stands for, or why they are not run, for the model. */
export type TextCalls =
  | { readonly ok: true; readonly calls: readonly ModelCall[] }
  | { readonly ok: false; readonly why: string };

/** A call as written, and what comes after it. */
interface WrittenCall {
  readonly name: string;
  readonly arguments: object;
  readonly isRepaired: boolean;
  readonly rest: string;
}

type Reading = WrittenCall | { readonly why: string };

const notWhole = { why: "it is not whole" };
const notPlain = { why: "it can be read in more than one way" };

/**
 * Reads a text that is tool calls from its beginning to its end. Only what can be read in one way is a call: whole, of a tool
 * there is, with arguments that fit. Several at once are taken as calls only when all of them just read.
 */
export function parseTextCalls(text: string, tools: ToolBox): TextCalls {
  const calls: ModelCall[] = [];
  let onlyReads = true;
  let rest = text.trim();
  while (rest !== "") {
    const reading = readCall(rest);
    if ("why" in reading) return { ok: false, why: reading.why };
    const written = textOf(reading.arguments);
    if (written === null) return { ok: false, ...notPlain };
    const parsed = tools.parse(reading.name, written);
    if (!parsed.ok) return { ok: false, why: lowerFirst(parsed.result) };
    const unknown = Object.keys(reading.arguments).filter(
      (key) => !Object.hasOwn(parsed.tool.schema.shape, key),
    );
    if (unknown.length > 0)
      return { ok: false, why: `${reading.name} does not take ${unknown.join(", ")}` };
    onlyReads &&= parsed.tool.kind === "read" || parsed.tool.kind === "plan";
    const repairs: Repair[] = reading.isRepaired ? ["text-call", "json"] : ["text-call"];
    const argumentsText = JSON.stringify(parsed.input);
    calls.push({ id: "", name: reading.name, argumentsText, repairs });
    rest = reading.rest.trimStart();
  }
  if (calls.length > 1 && !onlyReads) return { ok: false, ...notPlain };
  return { ok: true, calls };
}

/** Null for what nests deeper than can be written. */
function textOf(value: object): string | null {
  try {
    return JSON.stringify(value);
  } catch {
    return null;
  }
}

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);

const tag = "<tool_call>";
const endTag = "</tool_call>";

function readCall(text: string): Reading {
  const isTagged = text.startsWith(tag);
  const inner = isTagged ? text.slice(tag.length).trimStart() : text;
  if (inner.startsWith("<function=")) return readXml(inner);
  if (text.startsWith("[")) return readBracketed(text);
  // Without its end nobody knows what else would have come.
  const end = inner.indexOf(endTag);
  if (end < 0) return notWhole;
  return readJson(inner.slice(0, end), inner.slice(end + endTag.length), isTagged);
}

const marks = /<\/?(?:parameter|function|tool_call)\b/;

/** `<function=name>`, its parameters each on lines of their own, and its end; the tag around it may be missing. */
function readXml(text: string): Reading {
  const head = /^<function=([^<>\s]+)>\s*/.exec(text);
  if (head === null) return notWhole;
  const values = new Map<string, string>();
  let isRepaired = false;
  let rest = text.slice(head[0].length);
  for (;;) {
    const start = /^<parameter=([^<>\s]+)>/.exec(rest);
    if (start === null) break;
    const value = readValue(rest.slice(start[0].length));
    if ("why" in value) return value;
    const key = start[1] ?? "";
    if (values.has(key)) return notPlain;
    values.set(key, value.text);
    isRepaired ||= value.isRepaired;
    rest = value.rest;
  }
  const end = /^<\/function>\s*(?:<\/tool_call>)?/.exec(rest);
  if (end === null) return marks.test(rest) ? notPlain : notWhole;
  return {
    name: head[1] ?? "",
    arguments: Object.fromEntries(values),
    isRepaired,
    rest: rest.slice(end[0].length),
  };
}

interface ReadValue {
  readonly text: string;
  readonly isRepaired: boolean;
  readonly rest: string;
}

/** Up to the next mark. One line may lack its end, as the next mark shows it; of several lines some might be lost. */
function readValue(text: string): ReadValue | { readonly why: string } {
  const mark = marks.exec(text);
  if (mark === null) return notWhole;
  const value = text
    .slice(0, mark.index)
    .replace(/^\r?\n/, "")
    .replace(/\r?\n$/, "");
  const after = text.slice(mark.index);
  if (after.startsWith("</parameter>")) {
    const rest = after.slice("</parameter>".length).trimStart();
    return { text: value, isRepaired: false, rest };
  }
  const isNext = after.startsWith("<parameter=") || after.startsWith("</function>");
  if (!isNext) return notPlain;
  const line = value.trim();
  return line.includes("\n") ? notWhole : { text: line, isRepaired: true, rest: after };
}

/** `{"name", "arguments"}` and nothing else; a lost outer brace is put back where a tag shows that the text is whole. */
function readJson(body: string, rest: string, isTagged: boolean): Reading {
  const whole = objectIn(body);
  const braced = isTagged && whole === null ? bracedObject(body.trim()) : null;
  const value = whole ?? braced;
  if (value === null) return { why: "it is no valid JSON" };
  const { name, arguments: given, ...more } = value;
  if (typeof name !== "string" || Object.keys(more).length > 0) return notPlain;
  const input = typeof given === "string" ? objectIn(given) : given;
  if (!isObject(input)) return { why: "its arguments are no JSON object" };
  return { name, arguments: input, isRepaired: braced !== null, rest };
}

function bracedObject(body: string): Record<string, unknown> | null {
  const readings = [`{${body}`, `${body}}`].map(objectIn).filter((value) => value !== null);
  return readings.length === 1 ? (readings[0] ?? null) : null;
}

/** `[Calling tool: name({…})]`, or with the arguments after a blank. */
function readBracketed(text: string): Reading {
  const lines = /^(.*?\])[ \t]*\n(?=\[calling tool)(.*)$/is.exec(text);
  const [own, rest] = lines === null ? [text, ""] : [lines[1] ?? "", lines[2] ?? ""];
  const call =
    /^\[calling tool:?[ \t]*["'`]?([\w.-]+)["'`]?[ \t]*(?:\(([^]*)\)|(?:with (?:arguments|input):?[ \t]*)?(\{[^]*\}))[ \t]*\]$/i.exec(
      own,
    );
  if (call === null) return notWhole;
  const given = (call[2] ?? call[3] ?? "").trim();
  const input = given === "" ? {} : objectIn(given);
  if (input === null) return { why: "its arguments are no JSON object" };
  return { name: call[1] ?? "", arguments: input, isRepaired: false, rest };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function objectIn(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
