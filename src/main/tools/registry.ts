import { z } from "zod";
import type { ToolDefinition } from "../agent/ports.ts";
import type { Tool } from "./tool.ts";

/** The tools of a session, the same in every request. */
export interface ToolRegistry {
  readonly definitions: readonly ToolDefinition[];
  get(name: string): Tool | undefined;
}

/** Models choose worse among more, and every definition is paid for in every request. */
const maxTools = 20;

/** Throws on what Model Studio refuses or confuses: a tool named "search" (it answers 400), odd or repeated names, over 20. */
export function createToolRegistry(tools: readonly Tool[]): ToolRegistry {
  const byName = new Map<string, Tool>();
  if (tools.length > maxTools)
    throw new Error(`${tools.length} tools: at most ${maxTools} are allowed`);
  for (const tool of tools) {
    if (!/^[a-z][a-z0-9_]{1,63}$/.test(tool.name))
      throw new Error(`"${tool.name}" is no tool name`);
    if (tool.name === "search")
      throw new Error('A tool cannot be named "search": Model Studio refuses it');
    if (byName.has(tool.name)) throw new Error(`Two tools are named "${tool.name}"`);
    byName.set(tool.name, tool);
  }
  return {
    definitions: tools.map((tool) => ({
      name: tool.name,
      description: tool.description,
      parameters: parametersOf(tool),
    })),
    get: (name) => byName.get(name),
  };
}

/** The JSON schema of a tool's arguments, without what says nothing to a model. Key order is the schema's own. */
export function parametersOf(tool: Pick<Tool, "schema">): Readonly<Record<string, unknown>> {
  const { type, properties, required } = z.toJSONSchema(tool.schema);
  return {
    type,
    properties: trim(properties),
    ...(required === undefined || required.length === 0 ? {} : { required }),
  };
}

function trim(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => trim(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) =>
      key === "additionalProperties" || part === Number.MAX_SAFE_INTEGER ? [] : [[key, trim(part)]],
    ),
  );
}
