import type { Currency } from "../../../../shared/money.ts";
import type { Output } from "../../../../shared/contract.ts";

type State = Output<"monitoring.reconcile">["rows"][number]["state"];
type Page = Output<"monitoring.consoleLinks">["links"][number]["page"];
type Counting = Output<"monitoring.status">["sources"][number]["counting"];
type Outcome = Output<"monitoring.test">["outcome"];

const number = (value: number): string => value.toLocaleString("en");
const some = (value: number, one: string, many: string): string =>
  value === 1 ? `1 ${one}` : `${number(value)} ${many}`;

/** What only the person can tell of their account, and the check of Belay's figures against the provider's. */
export const billing = {
  account: "Your account",
  modelStudioSince: "Model Studio since",
  modelStudioSinceHelp:
    "The day on which you activated Model Studio: the free quota counts from there. The console shows it.",
  planSince: "Plan since",
  planSinceHelp: "The day on which the plan began: its month counts from there.",
  display: "Amounts",
  displayCurrency: "Also show sums in",
  displayCurrencyHelp: "For reading only: limits and exports stay in what is billed.",
  asBilled: "As billed alone",
  currencies: { USD: "US dollars", CNY: "Yuan" } satisfies Record<Currency, string>,
  displayRate: "Yuan to the dollar",
  displayRateHelp: "Your own rate: Belay asks nobody for one.",
  displayRateHint: "7.10",
  displayRateInvalid: "Write a rate between 0.01 and 1,000, as 7.10.",
  dayHint: "2026-11-26",
  dayInvalid: "Write a day that was, as 2026-11-26.",

  console: "In the console",
  consoleOf: (region: string) => `In the console, ${region}`,
  consolePages: {
    monitoring: "Monitoring",
    alerts: "Alerts",
    "free-quota": "Free quota",
    keys: "API keys",
    plan: "Plan",
  } satisfies Record<Page, string>,
  opens: (page: string, host: string) => `${page}: opens ${host} in the browser`,

  check: "Billing check",
  figures: "Figures",
  views: "Show",
  region: "Region",
  period: "When",
  periods: { day: "Last 24 hours", week: "Last 7 days", month: "Last 30 days" },
  statusFailed: "Whether monitoring is set up could not be read.",
  notMonitored: (region: string) => `Model Studio has no such monitoring in ${region}`,
  notMonitoredDetail:
    "Its advanced monitoring is offered in Singapore, Beijing and Virginia. Elsewhere the console alone shows what was counted.",
  notSetUp: "Compare with what Model Studio counted",
  notSetUpDetail:
    "Belay reads the provider's own monitoring, hour by hour, and names each difference: calls made elsewhere with your key, calls that one side does not have, and drift.",
  setUp: "Set up monitoring…",
  reading: "Reading the provider's figures…",
  stop: "Stop",
  stopped: "Stopped",
  stoppedDetail: "Nothing was compared.",
  failed: "The provider's figures could not be read",
  again: "Read again",
  settings: "Settings…",
  nothing: "Nothing to compare",
  nothingDetail: "Neither side has a call in this time.",

  completeUpTo: (when: string) => `Complete up to ${when}`,
  incomplete: "No hour is complete yet",
  completeDetail:
    "The provider's figures come late: later hours are not compared until they are complete.",
  readAt: (when: string) => `read ${when}`,
  coveredFrom: (when: string) => `its figures begin ${when}`,
  ours: "Ours",
  theirs: "Provider's",
  drift: "Drift",
  tokens: (value: string) => `${value} tokens`,
  calls: (value: number) => some(value, "call", "calls"),
  noCalls: "none",
  uncertain: (value: number) =>
    `${some(value, "call", "calls")} of ours failed or stopped: the provider may not count them`,
  unknown: (value: number, tokens: string) =>
    `${some(value, "call", "calls")} of ours did not say what they used: at most ${tokens} tokens`,
  threshold: (percent: number) => `Alert from ${percent}%`,

  alerts: "Alerts",
  noAlerts: "No drift passes the threshold",
  alertHours: (hours: number) => some(hours, "hour", "hours"),
  showRows: (of: string) => `Show the hours of ${of}`,

  states: {
    agree: "Agree",
    "hour-edge": "Agree across the hour",
    "unknown-usage": "Within what is unknown",
    more: "Provider has more",
    less: "Provider has less",
    missing: "Not at the provider",
    elsewhere: "Only at the provider",
    "other-key": "Another key",
    "other-calls": "Provider has more",
    pending: "Not complete yet",
    "not-monitored": "Not monitored then",
  } satisfies Record<State, string>,
  stateDetails: {
    agree: "Both sides counted the same.",
    "hour-edge": "The same, once calls near the edge of the hour are counted in the next one.",
    "unknown-usage": "Calls of ours that never said what they used explain the difference.",
    more: "Calls made elsewhere with the same key, or calls that this ledger lost.",
    less: "The provider counted less than our calls used.",
    missing: "The provider has nothing of our calls.",
    elsewhere: "Calls made elsewhere with the same key, or calls that this ledger lost.",
    "other-key": "Made with a key that no call of ours used.",
    "other-calls": "The file names no keys: anybody in the account may have made these calls.",
    pending: "The provider's figures for this hour are still coming.",
    "not-monitored": "From before the provider's figures begin.",
  } satisfies Record<State, string>,

  table: "Hour by hour",
  rows: "Rows",
  differences: (rows: number) => `Differences ${number(rows)}`,
  all: (rows: number) => `All ${number(rows)}`,
  noDifferences: "No difference in this time.",
  hour: "Hour",
  model: "Model",
  workspace: "Workspace",
  key: "Key",
  state: "State",
  showCalls: (hour: string, model: string) => `Show our requests of ${hour}, ${model}`,
  callsOf: (hour: string, model: string) => `${hour}, ${model}`,
  unknownKey: "not known",
  consoleKey: "the console",
  keyId: (id: string) => `id ${id}`,
  keyLinks: { set: "put together by you", found: "put together by their figures" },
  more: (rows: number) => `Show ${number(rows)} more`,
  leftOut: (rows: number) =>
    `${some(rows, "older row is", "older rows are")} not listed. Every figure above counts them.`,
  utc: "Hours in this computer's time zone, as the provider counts them in UTC",

  keys: "Keys",
  keysHelp:
    "Belay knows a key by its fingerprint, the provider by its id. Where their figures match the two are put together; say it where they were not.",
  keyOf: (fingerprint: string) => `Key ${fingerprint}`,
  byItself: "Found by itself",
  keyOption: (id: string, workspace: string) => `id ${id}, ${workspace}`,

  monitoring: "Billing check",
  monitoringDetail:
    "In the console: Monitoring, its settings, CloudMonitor's Prometheus instance, HTTP API URL. An AccessKey of the same account that may read it is enough.",
  url: "HTTP API URL",
  urlExample: "https://",
  accessKeyId: "AccessKey ID",
  accessKeySecret: "AccessKey secret",
  secretHelp: "It goes into the keychain and is never shown again.",
  thisRunOnly: "For this run only, not in the keychain",
  save: "Test and save",
  test: "Test",
  replace: "Replace…",
  cancel: "Cancel",
  remove: "Remove",
  removeTitle: "Remove the monitoring?",
  removeDetail:
    "Address and AccessKey are forgotten on this computer. Nothing changes at the provider.",
  removed: "Monitoring removed",
  saved: (kept: string) => `Saved, ${kept}`,
  accessKey: (last4: string, source: string) => `AccessKey ending in ${last4}, ${source}`,
  noAccessKey: "No AccessKey",
  sources: {
    keychain: "in your keychain",
    memory: "for this run only",
    environment: "from the environment, for this run",
    none: "not set",
  },
  outcomes: {
    works: "It works",
    empty: "It answers, with no figures yet",
    refused: "The AccessKey was refused",
    unreachable: "Nothing answers there",
    "not-prometheus": "Something else answers there",
  } satisfies Record<Outcome, string>,
  found: (series: number, models: number) =>
    `${some(series, "series", "series")} of ${some(models, "model", "models")} in the last two days`,
  counting: "How its series count",
  countings: {
    auto: "Find out by the figures",
    "running-total": "Each is a running total",
    "per-minute": "Each holds one minute",
  } satisfies Record<Counting, string>,
  thresholdLabel: "Alert from a drift of",
  thresholdHelp: "In percent of the larger side, for example 1.",
  thresholdInvalid: "Write a percentage from 0 to 100.",
};
