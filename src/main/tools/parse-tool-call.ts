import type { z } from "zod";
import { messageOf } from "../../shared/errors.ts";
import { parametersOf, type ToolRegistry } from "./registry.ts";
import type { Tool } from "./tool.ts";

/** A call ready to run, or the failed result that tells the model what is wrong. `malformed`: the arguments were no JSON object. */
export type ToolCallParse =
  | { readonly ok: true; readonly tool: Tool; readonly input: Record<string, unknown> }
  | { readonly ok: false; readonly malformed: boolean; readonly result: string };

/** Checks a call as the model sent it. Empty arguments count as `{}`; numbers, booleans and lists sent as text are taken as meant. */
export function parseToolCall(
  registry: ToolRegistry,
  name: string,
  argumentsText: string,
): ToolCallParse {
  const tool = registry.get(name);
  if (tool === undefined) {
    const names = registry.definitions.map((definition) => definition.name).join(", ");
    return bad(`There is no tool ${JSON.stringify(name.slice(0, 100))}. The tools are: ${names}.`);
  }
  const value = parseJson(argumentsText.trim() === "" ? "{}" : argumentsText);
  if (!value.ok)
    return malformed(tool, `The arguments of ${name} are not valid JSON: ${value.why}.`);
  const given = value.value;
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return malformed(tool, `The arguments of ${name} must be one JSON object.`);
  const parsed = parseLeniently(tool.schema, given);
  if (parsed.success) return { ok: true, tool, input: parsed.data };
  const problems = parsed.error.issues.map((issue) => `- ${describeIssue(issue, given)}`);
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(tool.schema.shape, key));
  const extra = unknown.length === 0 ? [] : [`- not known here: ${unknown.slice(0, 5).join(", ")}`];
  return bad(
    [
      `The arguments of ${name} do not fit:`,
      ...problems.slice(0, 8),
      ...extra,
      exampleOf(tool),
    ].join("\n"),
  );
}

const bad = (result: string): ToolCallParse => ({ ok: false, malformed: false, result });
const malformed = (tool: Tool, problem: string): ToolCallParse => ({
  ok: false,
  malformed: true,
  result: `${problem}\n${exampleOf(tool)}`,
});

function parseJson(
  text: string,
): { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly why: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    const isCut = !/[}\]"]\s*$/.test(text) || /unterminated|end of JSON/i.test(messageOf(error));
    const hint = isCut ? ". The text ends early: send it whole, a large file in smaller parts" : "";
    return { ok: false, why: messageOf(error).slice(0, 300) + hint };
  }
}

type Parsed = z.ZodSafeParseResult<Record<string, unknown>>;

/** Parses; what did not fit only for being text, or null where nothing was meant, is put right and parsed once more. */
function parseLeniently(schema: Tool["schema"], given: object): Parsed {
  const first = schema.safeParse(given);
  if (first.success) return first;
  const copy: unknown = structuredClone(given);
  for (const issue of first.error.issues) repair(copy, issue);
  const second = schema.safeParse(copy);
  return second.success ? second : first;
}

function repair(root: unknown, issue: z.core.$ZodIssue): void {
  if (issue.code !== "invalid_type") return;
  const key = issue.path.at(-1);
  const holder = valueAt(root, issue.path.slice(0, -1));
  if (key === undefined || typeof key === "symbol" || !isRecord(holder)) return;
  const meant = convert(holder[key], issue.expected);
  if (meant !== undefined) holder[key] = meant;
  else if (holder[key] === null) delete holder[key];
}

function convert(value: unknown, expected: string): unknown {
  if (expected === "string" && (typeof value === "number" || typeof value === "boolean"))
    return String(value);
  if (typeof value !== "string") return undefined;
  const text = value.trim();
  if ((expected === "number" || expected === "int") && /^-?\d{1,15}(?:\.\d+)?$/.test(text))
    return Number(text);
  if (expected === "boolean") return { true: true, false: false }[text.toLowerCase()];
  if (expected !== "array" && expected !== "object") return undefined;
  const parsed = parseJson(text);
  return parsed.ok && Array.isArray(parsed.value) === (expected === "array")
    ? parsed.value
    : undefined;
}

const isRecord = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === "object" && value !== null;

function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) && typeof key !== "symbol" ? value[key] : undefined),
    root,
  );
}

function describeIssue(issue: z.core.$ZodIssue, given: object): string {
  const where = issue.path.map(String).join(".") || "arguments";
  const value = valueAt(given, issue.path);
  if (issue.code === "invalid_type" && value === undefined)
    return `${where}: missing (${issue.expected})`;
  if (issue.code === "invalid_type")
    return `${where}: must be ${issue.expected}, not ${kindOf(value)}`;
  return `${where}: ${issue.message}`;
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
}

const examples: Readonly<Record<string, unknown>> = {
  path: "src/index.ts",
  from: "src/old.ts",
  to: "src/new.ts",
  pattern: "createServer",
  command: "npm test",
  items: [{ text: "Read the tests", done: false }],
};

/** A call that would fit, with every required argument. */
function exampleOf(tool: Tool): string {
  const { required } = parametersOf(tool);
  const names = Array.isArray(required) ? required.map(String) : [];
  const example = Object.fromEntries(names.map((key) => [key, examples[key] ?? "…"]));
  return `Example: ${tool.name} ${JSON.stringify(example)}`;
}
