/** Whether a text that begins like a tool call is one, is none, or cannot be told yet. */
export type StartVerdict = "call" | "prose" | "wait";

const jsonStart = '{"name":"';
const xmlStart = "<function=";
const tag = "<tool_call>";

/** Longer beginnings than this are decided; a name is never so long. */
const longestStart = 300;

/**
 * Looks at the beginning of a line: a tag of the models' own writing, `{"name": "` with a tool's name, or `[Calling tool: `.
 * `names` are the tools there are.
 */
export function callStart(head: string, names: ReadonlySet<string>): StartVerdict {
  const verdict = startOf(head, names);
  return verdict === "wait" && head.length > longestStart ? "prose" : verdict;
}

function startOf(head: string, names: ReadonlySet<string>): StartVerdict {
  if (head.startsWith(tag)) return wrapped(head.slice(tag.length).trimStart());
  if (tag.startsWith(head)) return "wait";
  if (head.startsWith("<")) return xml(head);
  if (head.startsWith("{")) return json(head, (name) => names.has(name));
  return prose(head, names);
}

function wrapped(rest: string): StartVerdict {
  if (rest === "") return "wait";
  if (rest.startsWith("<")) return xml(rest);
  // The brace that servers lose.
  return json(rest.startsWith('"') ? `{${rest}` : rest, () => true);
}

function xml(text: string): StartVerdict {
  if (xmlStart.startsWith(text)) return "wait";
  const name = /^<function=([^<>\s]*)(.?)/s.exec(text);
  if (name === null) return "prose";
  if (name[2] === "") return "wait";
  return name[2] === ">" && name[1] !== "" ? "call" : "prose";
}

function json(text: string, isTool: (name: string) => boolean): StartVerdict {
  const compact = text.replaceAll(/\s/g, "");
  if (jsonStart.startsWith(compact)) return "wait";
  if (!compact.startsWith(jsonStart)) return "prose";
  const name = /^([\w.-]*)(.?)/s.exec(compact.slice(jsonStart.length));
  if (name?.[2] === "") return "wait";
  return name?.[2] === '"' && isTool(name[1] ?? "") ? "call" : "prose";
}

function prose(text: string, names: ReadonlySet<string>): StartVerdict {
  const lower = text.slice(0, 14).toLowerCase();
  if ("[calling tool".startsWith(lower)) return "wait";
  const name = /^\[calling tool:?[ \t]*["'`]?([\w.-]*)(.?)/is.exec(text);
  if (name === null) return "prose";
  if (name[2] === "") return "wait";
  return names.has(name[1] ?? "") ? "call" : "prose";
}
