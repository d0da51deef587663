import { converted, displayRateOf, type DisplayRate } from "../../shared/display-rate.ts";
import { moneySchema } from "../../shared/money.ts";
import { usageGroupSchema, type UsageQuery, type UsageReport } from "../../shared/usage.ts";
import type { Core } from "../core.ts";
import {
  badArguments,
  checked,
  exitCodes,
  oneOf,
  required,
  type ParsedArguments,
} from "./arguments.ts";
import { limitWords } from "../limit-words.ts";
import { cacheCommand } from "./cache-report.ts";
import { jsonLine, table, type CommandIo } from "./output.ts";
import { reconcileCommand } from "./reconcile-command.ts";
import { timeOption } from "./time-option.ts";
import { sessionIdSchema } from "../../shared/ids.ts";
import { usageCsv } from "../usage/usage-report.ts";

/** `belay usage`: the ledger, summed. */
export async function usageCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const isBill = parsed.flag("reconcile") && parsed.flag("csv");
  const [word] = parsed.words;
  if (word !== undefined && !isBill)
    throw badArguments(parsed.command, `Unexpected argument "${word}"`);
  if (parsed.flag("reconcile")) return reconcileCommand(core, parsed, io);
  const query = await usageQuery(core, parsed);
  if (parsed.flag("cache")) return cacheCommand(core, { parsed, query, io });
  const report = await core.usage.report(query);
  if (parsed.flag("json")) io.out(jsonLine(report));
  else if (parsed.flag("csv")) io.out(usageCsv(report));
  else if (report.rows.length === 0) io.out("Nothing used yet.\n");
  else {
    const cells = (key: string, row: (typeof report.total)[number]): string[] => [
      key,
      String(row.calls),
      String(row.failedCalls),
      String(row.inputTokens),
      String(row.cachedTokens),
      String(row.outputTokens),
      String(row.reasoningTokens),
      row.cost === null ? "unknown" : `${row.cost} ${row.currency ?? ""}`,
    ];
    const rows = [
      ...report.rows.map((row) => cells(row.key, row)),
      ...report.total.map((row) => cells("total", row)),
    ];
    const by = parsed.text("by") ?? "session";
    io.out(table([by, ...usageHeadings], rows));
    for (const row of report.total) io.out(unknownLine(row));
    io.out(convertedLine(report, displayRateOf(core.settings())));
  }
  return exitCodes.done;
}

const usageHeadings = ["calls", "failed", "input", "cached", "output", "thinking", "cost"] as const;

/** The total in the person's currency, by their rate; "" where they have none or nothing is converted. */
function convertedLine({ total }: UsageReport, rate: DisplayRate | null): string {
  if (rate === null) return "";
  const amounts = total.flatMap(({ cost, currency }) =>
    cost === null || currency === null ? [] : [{ amount: cost, currency }],
  );
  const sum = converted(moneySchema.array().parse(amounts), rate);
  return sum === null
    ? ""
    : `About ${sum.amount} ${sum.currency} in all, at ${rate.cnyPerUsd} CNY to the USD.\n`;
}

/** What no figure holds: requests that ended without saying what they used. */
function unknownLine(row: UsageReport["total"][number]): string {
  const { unknownCalls = 0, unknownTokens, unknownMaximum } = row;
  if (unknownCalls === 0) return "";
  const most = [
    ...(unknownTokens > 0 ? [`${unknownTokens} tokens`] : []),
    ...(typeof unknownMaximum === "string" ? [`${unknownMaximum} ${row.currency ?? ""}`] : []),
  ];
  const bound = most.length === 0 ? "" : `: at most ${most.join(" and ")}`;
  return `${unknownCalls} of these without usage${bound}, in no figure above.\n`;
}

async function usageQuery(core: Core, parsed: ParsedArguments): Promise<UsageQuery> {
  const workspace = parsed.text("workspace");
  const sessionId = checked(parsed, "session", sessionIdSchema);
  const since = timeOption(parsed, "since");
  const until = timeOption(parsed, "until");
  return {
    by: oneOf(parsed, "by", usageGroupSchema.options) ?? "session",
    ...(workspace === undefined ? {} : { workspace: await core.workspaces.realPath(workspace) }),
    ...(sessionId === undefined ? {} : { sessionId }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
}

/** `belay sessions`: newest first. */
export async function sessionsCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const workspace = parsed.text("workspace");
  const sessions = await core.sessions.list(
    workspace === undefined ? {} : { workspace: await core.workspaces.realPath(workspace) },
  );
  if (parsed.flag("json")) io.out(jsonLine(sessions));
  else if (sessions.length === 0) io.out("No sessions yet.\n");
  else
    io.out(
      table(
        ["session", "updated", "turns", "title", "workspace"],
        sessions.map((row) => [
          row.sessionId,
          row.updatedAt,
          String(row.turns),
          row.title,
          row.workspace,
        ]),
      ),
    );
  return exitCodes.done;
}

/** `belay probe`: fails when anything got through, or when there is no sandbox. */
export async function probeCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const report = await core.probe(required(parsed, "workspace"));
  if (parsed.flag("json")) io.out(jsonLine(report));
  else {
    for (const { passed, tried, mechanism, reason } of report.attempts)
      io.out(`${passed ? "ok  " : "--  "}${tried}: ${reason} (${mechanism})\n`);
    const limits = limitWords(report);
    if (limits !== "") io.out(`${limits}\n`);
    if (report.passed) io.out(`The sandbox holds for ${report.workspace}: ${report.mechanism}.\n`);
    else
      io.out(
        `${report.reason ?? ""}\n${report.remedy ?? ""}\nAutopilot is refused: every command asks.\n`,
      );
  }
  return report.passed ? exitCodes.done : exitCodes.failed;
}

/** `belay doctor`: what does not work is in the report, not in the exit code. */
export async function doctorCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const report = await core.doctor();
  if (parsed.flag("json")) io.out(jsonLine(report));
  else
    for (const item of report.items)
      io.out(
        `${item.ok ? "ok  " : "--  "}${item.name}: ${item.detail}${item.remedy === null ? "" : `\n    ${item.remedy}`}\n`,
      );
  return exitCodes.done;
}
