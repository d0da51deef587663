import { createHash } from "node:crypto";
import { z } from "zod";
import { driverLines } from "../git/driver-lines.ts";
import type { SteeringRule } from "./steering-files.ts";

/** Keys of a package's manifest by which its manager, or a hook that the manifest sets up, runs something. */
const runningKeys = [
  "scripts",
  "husky",
  "simple-git-hooks",
  "gitHooks",
  "pre-commit",
  "lint-staged",
  "config",
  "packageManager",
  "devEngines",
  "pnpm",
  "trustedDependencies",
  "allowScripts",
];

const manifestSchema = z.record(z.string(), z.unknown());

/**
 * Names of variables that reach beyond the program they are meant for: where requests go and with which key, what is loaded at a
 * start, where programs are looked for.
 */
const reaching = [
  /(?:^|_)(?:base_?)?(?:url|uri|endpoint|host|origin|proxy)$/i,
  /(?:^|_)(?:api_?key|access_?key(?:_id)?|secret(?:_key)?|token|auth|credentials)$/i,
  /^(?:belay|git|npm|pip|uv|cargo|yarn|bun|deno|codex|claude|qwen|gemini|opencode|dashscope|openai|anthropic)_/i,
  /^(?:ld|dyld)_/i,
  /^(?:node_options|node_path|node_extra_ca_certs|bash_env|env|path|home|shell|ifs|prompt_command|ps4|editor|visual|pager|browser)$/i,
  /^(?:python(?:path|startup|home|warnings|breakpoint)|perl5?(?:lib|opt|5opt)|ruby(?:lib|opt)|java_tool_options|_java_options|jdk_java_options|classpath|gopath|goproxy|goflags|gonosumdb|rustc_wrapper|rustflags|makeflags|cc|cxx|lesso(?:pen|close)|ssl_cert_(?:file|dir))$/i,
];

/**
 * The part of a file's content that steers, in a form that is the same for the same meaning; null: nothing in it does. What cannot be
 * read as it should steers as a whole.
 */
export function steeringPart(rule: SteeringRule, content: Buffer): string | null {
  if (rule.part === "manifest-scripts") return manifestScripts(content);
  if (rule.part === "attribute-drivers") return driverLines(content.toString("utf8"));
  if (rule.part === "reaching-variables") return reachingVariables(content.toString("utf8"));
  return createHash("sha256").update(content).digest("hex");
}

function manifestScripts(content: Buffer): string | null {
  const text = content.toString("utf8").replace(/^\uFEFF/, "");
  if (text.trim() === "") return null;
  const manifest = manifestSchema.safeParse(parsed(text));
  if (!manifest.success) return text;
  const running = runningKeys
    .filter((key) => manifest.data[key] !== undefined)
    .map((key) => [key, manifest.data[key]]);
  return running.length === 0 ? null : JSON.stringify(Object.fromEntries(running), null, 2);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null; // JSON5, YAML, or broken: then all of it counts
  }
}

/** The lines that set such variables, as programs that read `.env` files take them. */
function reachingVariables(text: string): string | null {
  const lines = text.split(/\r\n?|\n/).filter((line) => {
    const name = /^[\s\uFEFF]*(?:export\s+)?([\w.-]+)\s*[=:]/.exec(line)?.[1];
    return name !== undefined && reaching.some((one) => one.test(name));
  });
  return lines.length === 0 ? null : lines.map((line) => line.trim()).join("\n");
}
