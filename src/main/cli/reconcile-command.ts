import type { Reconciliation, ReconciliationRow } from "../../shared/monitoring.ts";
import type { Core } from "../core.ts";
import { badArguments, exitCodes, type ParsedArguments } from "./arguments.ts";
import { billCommand } from "./bill-command.ts";
import {
  hourText,
  isDifference,
  keyText,
  percentText,
  signed,
  statesText,
  stateWords,
  unknownLine,
} from "./reconcile-words.ts";
import { jsonLine, printable, table, type CommandIo } from "./output.ts";
import { timeOption } from "./time-option.ts";

const dayMs = 86_400_000;
/** More rows say nothing more; --json has all of them. */
const mostRows = 60;

/** `belay usage --reconcile`: fails where a drift passes the threshold. */
export async function reconcileCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  for (const option of ["workspace", "session", "by"])
    if (parsed.text(option) !== undefined)
      throw badArguments(
        parsed.command,
        `--reconcile compares every call of a region: leave --${option} out`,
      );
  const threshold = thresholdOf(parsed);
  if (parsed.flag("csv")) {
    const region = parsed.text("region") ?? core.settings().region;
    return billCommand(core, parsed, { io, region, threshold });
  }
  if (parsed.text("columns") !== undefined)
    throw badArguments(parsed.command, "--columns says how a file is read: add --csv FILE");
  const now = Date.now();
  const url = parsed.text("monitoring-url");
  const report = await core.monitoring.reconcile(
    {
      region: parsed.text("region") ?? (await onlyRegion(core)),
      since: timeOption(parsed, "since") ?? new Date(now - dayMs).toISOString(),
      until: timeOption(parsed, "until") ?? new Date(now).toISOString(),
      ...(threshold === undefined ? {} : { thresholdPercent: threshold }),
    },
    { signal: io.signal, ...(url === undefined ? {} : { url }) },
  );
  io.out(parsed.flag("json") ? jsonLine(report) : inWords(report));
  return report.alerts.length === 0 ? exitCodes.done : exitCodes.failed;
}

/** Where one region is set up, that one; else the settings'. */
async function onlyRegion(core: Core): Promise<string> {
  const [source, ...others] = (await core.monitoring.status()).sources;
  return source !== undefined && others.length === 0 ? source.region : core.settings().region;
}

function thresholdOf(parsed: ParsedArguments): number | undefined {
  const text = parsed.text("threshold");
  if (text === undefined) return undefined;
  const percent = Number(text.replace(/%$/, ""));
  if (text.trim() === "" || !(percent >= 0 && percent <= 100))
    throw badArguments(parsed.command, `--threshold "${text}" is no share like 1 or 2.5 (percent)`);
  return percent;
}

function inWords(report: Reconciliation): string {
  const { region, since, until, completeUpTo, totals, states, alerts } = report;
  const differing = report.rows.filter(isDifference);
  const complete =
    completeUpTo === null ? "no hour is complete yet" : `complete up to ${hourText(completeUpTo)}`;
  const left = differing.length - mostRows;
  return [
    `${printable(region)}, ${hourText(since)} to ${hourText(until)} UTC: ${complete}.\n`,
    report.rows.length === 0 ? "Nothing was called, here or elsewhere.\n" : "",
    differing.length === 0 ? "" : rowsTable(differing.slice(0, mostRows)),
    left > 0 ? `${left} more: --json has all of them.\n` : "",
    report.rows.length === 0 ? "" : `Hours: ${statesText(states)}.\n`,
    `Tokens: ours ${totals.ours.tokens}, theirs ${totals.theirs.tokens}, drift ${signed(totals.drift.tokens)}${percentText(totals.drift.percent)}.\n`,
    unknownLine(totals.ours),
    alerts.length === 0
      ? `No drift of ${report.thresholdPercent} % or more.\n`
      : alerts.map(alertLine).join(""),
  ].join("");
}

function rowsTable(rows: readonly ReconciliationRow[]): string {
  return table(
    ["hour (UTC)", "model", "key", "ours", "theirs", "drift", "%", "state"],
    rows.map((row) => [
      hourText(row.hour),
      row.model,
      keyText(row),
      String(row.ours?.tokens ?? 0),
      String(row.theirs?.tokens ?? 0),
      signed(row.drift.tokens),
      row.drift.percent === null ? "" : signed(row.drift.percent),
      stateWords[row.state],
    ]),
  );
}

function alertLine(alert: Reconciliation["alerts"][number]): string {
  const { state, hours, firstHour, lastHour, drift, model } = alert;
  const span =
    hours === 1 ? hourText(firstHour) : `${hourText(firstHour)} to ${hourText(lastHour)}`;
  const count = hours === 1 ? "1 hour" : `${hours} hours`;
  return `ALERT ${stateWords[state]}: ${printable(model)}, key ${printable(keyText(alert))}, ${count} (${span}), ${signed(drift.tokens)} tokens${percentText(drift.percent)}\n`;
}
