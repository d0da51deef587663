import type { TailRow } from "./ledger-tail.ts";

/** One metric as it is exported. Values are counted as integers and divided by `scale` at the edge. */
export interface Metric {
  readonly name: string;
  readonly description: string;
  /** By UCUM. */
  readonly unit: string;
  readonly scale: number;
  /** Upper bounds of a histogram, inclusive, before they are divided; null = a running total. */
  readonly bounds: readonly number[] | null;
}

const sum = (name: string, unit: string, description: string): Metric => ({
  name,
  unit,
  description,
  scale: 1,
  bounds: null,
});

/** The two of OpenTelemetry's conventions for generative AI (development, 2026-11) with their bounds, and Belay's own. */
export const metrics = {
  tokenUsage: {
    name: "gen_ai.client.token.usage",
    description: "Tokens of each request, cached ones among the input, reasoning among the output",
    unit: "{token}",
    scale: 1,
    bounds: [
      1, 4, 16, 64, 256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304, 16_777_216,
      67_108_864,
    ],
  },
  duration: {
    name: "gen_ai.client.operation.duration",
    description: "From sending a request to its end",
    unit: "s",
    scale: 1000,
    bounds: [10, 20, 40, 80, 160, 320, 640, 1280, 2560, 5120, 10_240, 20_480, 40_960, 81_920],
  },
  tokens: sum("belay.usage.tokens", "{token}", "Tokens by kind, each in one kind only"),
  cost: {
    ...sum("belay.usage.cost", "{currency}", "Cost by the price list, of one currency each"),
    scale: 1e9,
  },
  requests: sum("belay.usage.requests", "{request}", "Requests by how they ended and who pays"),
  unknownRequests: sum(
    "belay.usage.unknown_requests",
    "{request}",
    "Requests that never said what they used, or whose price is unknown",
  ),
  unknownTokens: sum(
    "belay.usage.unknown_tokens",
    "{token}",
    "The most that requests without usage can have used",
  ),
} as const satisfies Record<string, Metric>;
export type MetricName = keyof typeof metrics;

export const metricNames = [
  "tokenUsage",
  "duration",
  "tokens",
  "cost",
  "requests",
  "unknownRequests",
  "unknownTokens",
] as const satisfies readonly MetricName[];

export type Attributes = Readonly<Record<string, string>>;

/** What one request adds to one metric. */
export interface Measurement {
  readonly metric: MetricName;
  /** Of these there may be any number: past the bound they go together. */
  readonly open: Attributes;
  /** Of these there are few, and without them a sum would mean nothing (dollars and yuan). */
  readonly closed: Attributes;
  readonly value: number;
}

/** What a request adds. `workspace` is what may be told of its folder. Amounts and tokens that are nothing add nothing. */
export function measurementsOf(row: TailRow, workspace: string): readonly Measurement[] {
  const convention = {
    "gen_ai.operation.name": row.purpose === "completion" ? "text_completion" : "chat",
    "gen_ai.provider.name": providerOf(row.region),
    "gen_ai.request.model": clipped(row.model),
  };
  const own = {
    "gen_ai.provider.name": providerOf(row.region),
    "gen_ai.request.model": clipped(row.model),
    "belay.region": clipped(row.region),
    "belay.purpose": row.purpose,
    "belay.workspace": workspace,
  };
  const add = (metric: MetricName, value: number, closed: Attributes): Measurement => ({
    metric,
    value,
    closed,
    open: metric === "tokenUsage" || metric === "duration" ? convention : own,
  });
  return [
    ...tokensOf(row).map(([kind, value]) => add("tokens", value, { "belay.token.kind": kind })),
    ...wholeOf(row).map(([type, value]) => add("tokenUsage", value, { "gen_ai.token.type": type })),
    ...costsOf(row).map(([currency, value]) => add("cost", value, { "belay.currency": currency })),
    ...(row.durationMs === null ? [] : [add("duration", row.durationMs, errorOf(row))]),
    add("requests", 1, { "belay.status": row.status, "belay.billing": row.billing }),
    ...unknownOf(row).map((unknown) => add("unknownRequests", 1, { "belay.unknown": unknown })),
    ...(row.usage === null && (row.mostTokens ?? 0) > 0
      ? [add("unknownTokens", row.mostTokens ?? 0, {})]
      : []),
  ];
}

/** The conventions have no name for Model Studio; this is what other instrumentations of its API call it. */
const providerOf = (region: string): string =>
  region === "custom" || region === "demo" ? region : "dashscope";

const longestText = 200;
const clipped = (text: string): string =>
  text.length > longestText ? `${text.slice(0, longestText)}…` : text;

/** Each token in one kind: what a provider counts among the input or the output is taken out of it. */
function tokensOf({ usage }: TailRow): [string, number][] {
  if (usage === null) return [];
  const { inputTokens, outputTokens } = usage;
  const cached = Math.min(usage.cachedTokens, inputTokens);
  const written = Math.min(usage.cacheWriteTokens, inputTokens - cached);
  const reasoning = Math.min(usage.reasoningTokens, outputTokens);
  const kinds: [string, number][] = [
    ["input", inputTokens - cached - written],
    ["cached", cached],
    ["cache_write", written],
    ["output", outputTokens - reasoning],
    ["reasoning", reasoning],
  ];
  return kinds.filter(([, tokens]) => tokens > 0);
}

const wholeOf = ({ usage }: TailRow): [string, number][] =>
  usage === null
    ? []
    : [
        ["input", usage.inputTokens],
        ["output", usage.outputTokens],
      ];

const costsOf = ({ costNano, currency }: TailRow): [string, number][] =>
  costNano === null || currency === null || costNano === 0 ? [] : [[currency, costNano]];

/** As the conventions want it: only where it ended in an error, by a name of few. */
function errorOf({ status, errorCode }: TailRow): Attributes {
  if (status === "completed") return {};
  return { "error.type": status === "failed" ? (errorCode ?? "_OTHER") : status };
}

function unknownOf({ usage, costNano }: TailRow): readonly string[] {
  if (usage === null) return ["usage"];
  return costNano === null ? ["price"] : [];
}
