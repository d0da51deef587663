import type { CacheCause, CacheReport, CachedCall } from "../../shared/context.ts";
import { sessionIdSchema } from "../../shared/ids.ts";
import { displayMoney, type Money } from "../../shared/money.ts";
import type { UsageQuery } from "../../shared/usage.ts";
import type { Core } from "../core.ts";
import { badArguments, exitCodes, type ParsedArguments } from "./arguments.ts";
import { jsonLine, table, type CommandIo } from "./output.ts";

/** Requests that are listed one by one. */
const shownRequests = 20;
const printedRequests = 500;

export interface CacheCommand {
  readonly parsed: ParsedArguments;
  readonly query: UsageQuery;
  readonly io: CommandIo;
}

/** `belay usage --cache`: what the provider's cache did, by cause and for the newest requests. */
export async function cacheCommand(
  core: Core,
  { parsed, query, io }: CacheCommand,
): Promise<number> {
  if (parsed.flag("csv") || parsed.text("by") !== undefined)
    throw badArguments(parsed.command, "--cache goes without --by and --csv");
  const { workspace, sessionId, since, until } = query;
  const filter = {
    ...(workspace === undefined ? {} : { workspace }),
    ...(sessionId === undefined ? {} : { sessionId: sessionIdSchema.parse(sessionId) }),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
  };
  const isJson = parsed.flag("json");
  const report = await core.usage.cache.report(filter, isJson ? printedRequests : shownRequests);
  if (isJson) io.out(jsonLine(report));
  else if (report.calls === 0) io.out("No request of a session yet.\n");
  else io.out(cacheText(report));
  return exitCodes.done;
}

function cacheText(report: CacheReport): string {
  const { calls, unknownCalls, inputTokens, cachedTokens, missedTokens, lost, groups } = report;
  const unknown =
    unknownCalls === 0
      ? ""
      : `${unknownCalls} of these ended without usage: they are in no figure here.\n`;
  return [
    `${calls} requests, ${share(cachedTokens, inputTokens)} of the input from the cache; ${missedTokens} tokens that had been sent before were missed: ${amounts(lost)} more than from the cache.\n`,
    unknown,
    "\n",
    table(
      ["cause", "requests", "missed", "extra cost"],
      groups.map((group) => [
        group.cause ?? "hit",
        String(group.calls),
        String(group.missedTokens),
        group.unpricedCalls > 0 && group.lost.length === 0 ? "unknown" : amounts(group.lost),
      ]),
    ),
    "\n",
    table(
      ["time", "model", "input", "cached", "missed", "extra cost", "cause"],
      report.requests.map(requestCells),
    ),
  ].join("");
}

function requestCells({ call, verdict }: CachedCall): string[] {
  const { usage } = call;
  const { status, missedTokens, lost, causes } = verdict;
  return [
    call.at,
    call.model,
    usage === null ? "unknown" : String(usage.inputTokens),
    usage === null ? "unknown" : share(usage.cachedTokens, usage.inputTokens),
    missedTokens === null ? "unknown" : String(missedTokens),
    lost === null ? "unknown" : displayMoney(lost),
    causes.length === 0 ? status : causes.map(causeCell).join(", "),
  ];
}

/** A cause with what tells it from others of its kind. */
function causeCell(cause: CacheCause): string {
  switch (cause.cause) {
    case "tools":
      return `tools (${[
        ...cause.added.map((name) => `+${name}`),
        ...cause.removed.map((name) => `-${name}`),
        ...cause.changed.map((name) => `~${name}`),
      ].join(" ")})`;
    case "part":
      return `part ${cause.at} (${cause.label === "" ? cause.kind : cause.label})`;
    case "model-switch":
    case "region-switch":
    case "protocol-switch":
      return `${cause.cause} (from ${cause.from})`;
    case "expired":
      return `expired (${Math.round(cause.gapMs / 1000)} s)`;
    default:
      return cause.cause;
  }
}

const share = (part: number, of: number): string =>
  of === 0 ? "0%" : `${((100 * part) / of).toFixed(1)}%`;

const amounts = (all: readonly Money[]): string =>
  all.length === 0 ? "$0" : all.map(displayMoney).join(" + ");
