import type { z } from "zod";
import type { Tool } from "./tool.ts";

export interface CoercedArguments {
  readonly parsed: z.ZodSafeParseResult<Record<string, unknown>>;
  /** Something was not of the type asked for, and said plainly what was meant. */
  readonly isCoerced: boolean;
}

/** Parses; what did not fit only for its type, or null where nothing was meant, is put right and parsed once more. */
export function coerceArguments(schema: Tool["schema"], given: object): CoercedArguments {
  const first = schema.safeParse(given);
  if (first.success) return { parsed: first, isCoerced: false };
  const copy: unknown = structuredClone(given);
  for (const issue of first.error.issues) putRight(copy, issue);
  const second = schema.safeParse(copy);
  return second.success ? { parsed: second, isCoerced: true } : { parsed: first, isCoerced: false };
}

function putRight(root: unknown, issue: z.core.$ZodIssue): void {
  if (issue.code !== "invalid_type") return;
  const key = issue.path.at(-1);
  const holder = valueAt(root, issue.path.slice(0, -1));
  if (key === undefined || typeof key === "symbol" || !isRecord(holder)) return;
  const meant =
    issue.expected === "string"
      ? textMeant(holder, key)
      : typeof holder[key] === "string"
        ? fromText(holder[key].trim(), issue.expected)
        : undefined;
  if (meant !== undefined) holder[key] = meant;
  else if (holder[key] === null) delete holder[key];
}

function fromText(text: string, expected: string): unknown {
  if ((expected === "number" || expected === "int") && /^-?\d{1,15}(?:\.\d+)?$/.test(text))
    return Number(text);
  if (expected === "boolean") return { true: true, false: false }[text.toLowerCase()];
  if (expected !== "array" && expected !== "object") return undefined;
  const value = parsedOrUndefined(text);
  if (!isRecord(value)) return undefined;
  return Array.isArray(value) === (expected === "array") ? value : undefined;
}

/** Keys that models wrap a text in, beside the argument's own name. */
const wrappers: ReadonlySet<string> = new Set(["text", "content", "value", "string"]);

/** The text that something else stands for: a number, a text in an object of its own, or the content of a JSON file. */
function textMeant(holder: Readonly<Record<string | number, unknown>>, key: string | number) {
  const value = holder[key];
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  if (!isRecord(value)) return undefined;
  if (key === "content" && isJsonPath(holder["path"]))
    return isExact(value) ? `${JSON.stringify(value, null, 2)}\n` : undefined;
  if (Array.isArray(value)) return undefined;
  const parts = Object.entries(value).filter(([name, part]) => name !== "type" || part !== "text");
  const [only, ...more] = parts;
  if (only === undefined || more.length > 0 || typeof only[1] !== "string") return undefined;
  return only[0] === key || wrappers.has(only[0]) ? only[1] : undefined;
}

const isJsonPath = (path: unknown): boolean => typeof path === "string" && /\.json$/i.test(path);

/** Numbers beyond what a double holds were rounded when they were read: what was meant is lost. */
function isExact(value: unknown): boolean {
  if (typeof value === "number") return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return !isRecord(value) || Object.values(value).every(isExact);
}

export const isRecord = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === "object" && value !== null;

export function valueAt(root: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (isRecord(value) && typeof key !== "symbol" ? value[key] : undefined),
    root,
  );
}

/** The value, or undefined when it is no JSON. */
export function parsedOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
