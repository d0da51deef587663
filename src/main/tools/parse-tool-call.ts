import type { z } from "zod";
import { messageOf } from "../../shared/errors.ts";
import type { Repair } from "../../shared/events.ts";
import { coerceArguments, isRecord, parsedOrUndefined, valueAt } from "./coerce-arguments.ts";
import { parametersOf, type ToolRegistry } from "./registry.ts";
import type { Tool } from "./tool.ts";

/**
 * A call ready to run, or the failed result that tells the model what is wrong. `malformed`: the arguments were no JSON object.
 * `argumentsText` is what stands for it in the conversation: as sent, or where that was no JSON object what it was read as.
 */
export type ToolCallParse =
  | {
      readonly ok: true;
      readonly tool: Tool;
      readonly input: Record<string, unknown>;
      readonly repairs: readonly Repair[];
      readonly argumentsText: string;
    }
  | { readonly ok: false; readonly malformed: boolean; readonly result: string };

/**
 * Checks a call as the model sent it. Empty arguments count as `{}`; what is of the wrong type but says plainly what was meant
 * is taken so. A text that ends early is never completed: what it would have written is not whole.
 */
export function parseToolCall(
  registry: ToolRegistry,
  name: string,
  argumentsText: string,
): ToolCallParse {
  const nested: ToolCallParse = { ok: false, malformed: true, result: tooDeep };
  if (nestsTooDeep(argumentsText)) return nested;
  try {
    return parseShallow(registry, name, argumentsText);
  } catch (error) {
    // A text inside the arguments that is itself JSON, and deep.
    if (error instanceof RangeError) return nested;
    throw error;
  }
}

const mostNested = 64;
const tooDeep = "The arguments are nested too deeply: send one flat JSON object.";

/** What is parsed and logged is walked recursively: a few thousand brackets would overflow the stack, and end the session. */
function nestsTooDeep(text: string): boolean {
  let depth = 0;
  let isQuoted = false;
  for (let index = 0; index < text.length && depth <= mostNested; index += 1) {
    const char = text[index];
    if (char === '"') isQuoted = !isQuoted;
    else if (isQuoted) index += char === "\\" ? 1 : 0;
    else if (char === "[" || char === "{") depth += 1;
    else if (char === "]" || char === "}") depth -= 1;
  }
  return depth > mostNested;
}

function parseShallow(registry: ToolRegistry, name: string, argumentsText: string): ToolCallParse {
  const tool = registry.get(name);
  if (tool === undefined) {
    const names = registry.definitions.map((definition) => definition.name).join(", ");
    return bad(`There is no tool ${JSON.stringify(name.slice(0, 100))}. The tools are: ${names}.`);
  }
  const read = readArguments(tool, argumentsText);
  if (!read.ok) return malformed(tool, read.why);
  const { given, repairs } = read;
  const { parsed, isCoerced } = coerceArguments(tool.schema, given);
  if (!parsed.success) return bad(misfit(tool, given, parsed.error.issues));
  return {
    ok: true,
    tool,
    input: parsed.data,
    repairs: isCoerced && !repairs.includes("arguments") ? [...repairs, "arguments"] : repairs,
    argumentsText: read.argumentsText,
  };
}

type ReadArguments =
  | {
      readonly ok: true;
      readonly given: object;
      readonly repairs: readonly Repair[];
      readonly argumentsText: string;
    }
  | { readonly ok: false; readonly why: string };

function readArguments(tool: Tool, sent: string): ReadArguments {
  const argumentsText = sent.trim() === "" ? "{}" : sent;
  const value = parseJson(argumentsText);
  if (!value.ok) {
    const braced = withBrace(tool, argumentsText);
    return braced === undefined
      ? { ok: false, why: `The arguments of ${tool.name} are not valid JSON: ${value.why}.` }
      : readAs(braced, "json");
  }
  if (isObject(value.value)) return { ok: true, given: value.value, repairs: [], argumentsText };
  // Encoded twice: the outer text is whole, so the inner one is.
  const inner = typeof value.value === "string" ? parsedOrUndefined(value.value) : undefined;
  return isObject(inner)
    ? readAs(inner, "arguments")
    : { ok: false, why: `The arguments of ${tool.name} must be one JSON object.` };
}

const readAs = (given: object, repair: Repair): ReadArguments => ({
  ok: true,
  given,
  repairs: [repair],
  argumentsText: JSON.stringify(given),
});

/**
 * Some servers lose the opening brace of the arguments. Taken as lost only where the text goes on with the tool's first
 * argument and has all it needs: then nothing else can have been lost with it.
 */
function withBrace({ schema }: Tool, text: string): object | undefined {
  const [firstKey] = Object.keys(schema.shape);
  const key = /^\s*("[^"\\]+")\s*:/.exec(text)?.[1];
  if (firstKey === undefined || key !== JSON.stringify(firstKey)) return undefined;
  const value = parsedOrUndefined(`{${text}`);
  if (!isObject(value) || !coerceArguments(schema, value).parsed.success) return undefined;
  return Object.keys(value).every((name) => Object.hasOwn(schema.shape, name)) ? value : undefined;
}

const isObject = (value: unknown): value is object => isRecord(value) && !Array.isArray(value);

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

function misfit(tool: Tool, given: object, issues: readonly z.core.$ZodIssue[]): string {
  const problems = issues.map((issue) => `- ${describeIssue(issue, given)}`);
  const unknown = Object.keys(given).filter((key) => !Object.hasOwn(tool.schema.shape, key));
  const extra = unknown.length === 0 ? [] : [`- not known here: ${unknown.slice(0, 5).join(", ")}`];
  return [
    `The arguments of ${tool.name} do not fit:`,
    ...problems.slice(0, 8),
    ...extra,
    exampleOf(tool),
  ].join("\n");
}

function describeIssue(issue: z.core.$ZodIssue, given: object): string {
  const where = issue.path.map(String).join(".") || "arguments";
  const value = valueAt(given, issue.path);
  if (issue.code !== "invalid_type") return `${where}: ${issue.message}`;
  if (value === undefined) return `${where}: missing (${issue.expected})`;
  const advice =
    issue.expected === "string" && isRecord(value) ? "; send the text itself, as one string" : "";
  return `${where}: must be ${issue.expected}, not ${kindOf(value)}${advice}`;
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
