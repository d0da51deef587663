import type { RuleCover } from "../../shared/approvals.ts";
import { ruleIdSchema, sessionIdSchema } from "../../shared/ids.ts";
import type { Core } from "../core.ts";
import { checked, exitCodes, type ParsedArguments } from "./arguments.ts";
import { jsonLine, table, type CommandIo } from "./output.ts";

/** `belay rules`: what was allowed for good, and taking it back. */
export async function rulesCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const remove = checked(parsed, "remove", ruleIdSchema);
  if (remove !== undefined) core.approvals.removeRule(remove);
  const workspace = parsed.text("workspace");
  const root = workspace === undefined ? null : await core.workspaces.realPath(workspace);
  const rules = (await core.approvals.rules()).filter(
    (rule) => root === null || rule.root === root,
  );
  if (parsed.flag("json")) io.out(jsonLine(rules));
  else if (rules.length === 0) io.out("No rules: every command that asks is asked about.\n");
  else
    io.out(
      table(
        ["rule", "folder", "allows", "state"],
        rules.map((rule) => [
          rule.id,
          rule.root,
          coverText(rule.cover),
          rule.isVoid
            ? "void: something that steers changed"
            : rule.sandboxed
              ? "in the sandbox"
              : "holds",
        ]),
      ),
    );
  return exitCodes.done;
}

/** `belay audit`: every decision, oldest first. */
export async function auditCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const session = checked(parsed, "session", sessionIdSchema);
  const workspace = parsed.text("workspace");
  const root = workspace === undefined ? null : await core.workspaces.realPath(workspace);
  const entries = core.approvals
    .decisions()
    .filter((entry) => session === undefined || entry.sessionId === session)
    .filter((entry) => root === null || entry.workspace === root);
  if (parsed.flag("json")) for (const entry of entries) io.out(jsonLine(entry));
  else if (entries.length === 0) io.out("Nothing was decided yet.\n");
  else
    io.out(
      table(
        ["at", "mode", "by", "decision", "tool", "asked"],
        entries.map(({ at, mode, by, decision, tool, asked }) => [
          at,
          mode,
          by,
          decision,
          tool,
          JSON.stringify(asked.split("\n")[0]?.slice(0, 80) ?? ""),
        ]),
      ),
    );
  return exitCodes.done;
}

const coverText = (cover: RuleCover): string =>
  cover.kind === "program"
    ? `${cover.words.join(" ")} …`
    : JSON.stringify(cover.command.slice(0, 80));
