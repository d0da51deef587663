import type { Reconciliation, ReconciliationRow } from "../../shared/monitoring.ts";
import type { Core } from "../core.ts";
import { badArguments, exitCodes, type ParsedArguments } from "./arguments.ts";
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
  if (parsed.flag("csv"))
    throw badArguments(parsed.command, "--reconcile has --json, and no --csv");
  const now = Date.now();
  const threshold = thresholdOf(parsed);
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

const stateWords: Readonly<Record<ReconciliationRow["state"], string>> = {
  agree: "agree",
  "hour-edge": "agree over the hour's edge",
  "unknown-usage": "agree within unknown usage",
  more: "more at the provider",
  less: "less at the provider",
  missing: "missing at the provider",
  elsewhere: "only at the provider",
  "other-key": "another key's",
  pending: "not complete yet",
  "not-monitored": "not monitored",
};

const shown: ReadonlySet<ReconciliationRow["state"]> = new Set([
  "more",
  "less",
  "missing",
  "elsewhere",
] as const);

function inWords(report: Reconciliation): string {
  const { region, since, until, completeUpTo, totals, states, alerts } = report;
  const differing = report.rows.filter(({ state }) => shown.has(state));
  const complete =
    completeUpTo === null ? "no hour is complete yet" : `complete up to ${hourText(completeUpTo)}`;
  const counts = Object.entries(states).map(([state, count]) => `${count} ${wordOf(state)}`);
  const left = differing.length - mostRows;
  return [
    `${printable(region)}, ${hourText(since)} to ${hourText(until)} UTC: ${complete}.\n`,
    report.rows.length === 0 ? "Nothing was called, here or elsewhere.\n" : "",
    differing.length === 0 ? "" : rowsTable(differing.slice(0, mostRows)),
    left > 0 ? `${left} more: --json has all of them.\n` : "",
    counts.length === 0 ? "" : `Hours: ${counts.join(", ")}.\n`,
    `Tokens: ours ${totals.ours.tokens}, theirs ${totals.theirs.tokens}, drift ${signed(totals.drift.tokens)}${percentText(totals.drift.percent)}.\n`,
    unknownLine(totals.ours),
    alerts.length === 0
      ? `No drift of ${report.thresholdPercent} % or more.\n`
      : alerts.map(alertLine).join(""),
  ].join("");
}

const wordOf = (state: string): string =>
  Object.entries(stateWords).find(([name]) => name === state)?.[1] ?? state;

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

function unknownLine({ unknownCalls, unknownTokens }: Reconciliation["totals"]["ours"]): string {
  return unknownCalls === 0
    ? ""
    : `${unknownCalls} of ours without usage: at most ${unknownTokens} tokens, in no figure above.\n`;
}

function alertLine(alert: Reconciliation["alerts"][number]): string {
  const { state, hours, firstHour, lastHour, drift, model } = alert;
  const span =
    hours === 1 ? hourText(firstHour) : `${hourText(firstHour)} to ${hourText(lastHour)}`;
  const count = hours === 1 ? "1 hour" : `${hours} hours`;
  return `ALERT ${stateWords[state]}: ${printable(model)}, key ${printable(keyText(alert))}, ${count} (${span}), ${signed(drift.tokens)} tokens${percentText(drift.percent)}\n`;
}

/** Ours, and the provider's id of it where the two are put together. */
const keyText = ({ key }: Pick<ReconciliationRow, "key">): string =>
  [key.fingerprint === "" ? "(unknown)" : key.fingerprint, key.apiKeyId]
    .filter((name) => name !== null)
    .join(" = ");

/** To the minute, UTC. */
const hourText = (iso: string): string => iso.slice(0, 16).replace("T", " ");
const signed = (value: number): string => (value > 0 ? `+${value}` : String(value));
const percentText = (percent: number | null): string =>
  percent === null ? "" : ` (${signed(percent)} %)`;
