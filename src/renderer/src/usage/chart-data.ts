import { currencySchema, displayMoney, type Currency } from "../../../shared/money.ts";
import type { UsageFigures, UsageOverview } from "../../../shared/usage-panel.ts";
import type { Messages } from "../messages/en.ts";
import { durationText, shareText, stretchText, tokensText } from "./figures-text.ts";

/** Colour of a series: a token of the style sheet. */
export type Tone = "one" | "two" | "three" | "four" | "five" | "failed";

/** What is drawn: null = not known at that time, and then there is a gap. */
export interface Series {
  readonly id: string;
  readonly label: string;
  readonly tone: Tone;
  readonly values: readonly (number | null)[];
  /** The same, exact, in words; "" where there is none. */
  readonly texts: readonly string[];
  /** Of the whole time. */
  readonly total: string;
}

export interface Stretch {
  readonly start: string;
  readonly end: string;
  readonly short: string;
  readonly long: string;
}

export interface ChartModel {
  readonly id: string;
  readonly title: string;
  readonly headline: string;
  /** Bars of one stretch stand on each other; lines do not. */
  readonly kind: "bars" | "lines";
  readonly stretches: readonly Stretch[];
  readonly series: readonly Series[];
  readonly tick: (value: number) => string;
}

type Read = (figures: UsageFigures) => number | null;

interface SeriesPlan {
  readonly id: string;
  readonly label: string;
  readonly tone: Tone;
  readonly read: Read;
  readonly text: (value: number, figures: UsageFigures) => string;
}

/** Every chart of an overview: one of cost for each currency, for they are never added. */
export function chartsOf(
  overview: UsageOverview,
  messages: Messages,
  language: string,
): readonly ChartModel[] {
  const stretches = overview.points.map(({ start, end }) => ({
    start,
    end,
    ...stretchText(start, overview.step, language),
  }));
  const series = (plans: readonly SeriesPlan[]) => ({
    stretches,
    series: plans.map((plan) => toSeries(plan, overview)),
  });
  return [
    ...costCharts(overview, messages).map(({ plan, ...chart }) =>
      Object.assign(chart, series([plan]), { kind: "bars" as const }),
    ),
    { ...tokenChart(overview, messages), ...series(tokenPlans(messages)) },
    { ...shareChart(overview, messages), ...series(sharePlans(messages)) },
    { ...requestChart(overview, messages), ...series(requestPlans(messages)) },
    { ...latencyChart(overview, messages), ...series(latencyPlans(messages)) },
  ];
}

/** Ticks are round: no decimals that say nothing. */
const tokensTick = (value: number): string => tokensText(value).replace(/\.0+(?=\D|$)/, "");
const percentTick = (value: number): string => `${Math.round(value * 100)}%`;
const secondsTick = (value: number): string => `${value / 1000} s`;
/** As a decimal, whatever its size: "0.0000005", never "5e-7". */
const plain = (value: number): string => value.toFixed(9).replace(/\.?0+$/, "");
/** There is no half of a request. */
const wholeTick = (value: number): string => (Number.isInteger(value) ? countText(value) : "");
const countText = (value: number): string => value.toLocaleString("en");

function toSeries({ id, label, tone, read, text }: SeriesPlan, overview: UsageOverview): Series {
  const show = (figures: UsageFigures): string => {
    const value = read(figures);
    return value === null ? "" : text(value, figures);
  };
  return {
    id,
    label,
    tone,
    values: overview.points.map(read),
    texts: overview.points.map(show),
    total: show(overview.total),
  };
}

const amountIn = ({ cost }: UsageFigures, currency: Currency) =>
  cost.find((money) => money.currency === currency);

function costCharts({ total }: UsageOverview, { usage: words }: Messages) {
  const known = currencySchema.options.filter((currency) => amountIn(total, currency));
  const currencies: readonly Currency[] = known.length === 0 ? ["USD"] : known;
  return currencies.map((currency) => {
    const show = (figures: UsageFigures): string => {
      const money = amountIn(figures, currency);
      return money === undefined ? words.noCost : displayMoney(money);
    };
    const title = currencies.length === 1 ? words.cost : words.costIn(currency);
    const plan: SeriesPlan = {
      id: currency,
      label: title,
      tone: "one",
      // Height alone: what is read is the exact amount.
      read: (figures) => Number(amountIn(figures, currency)?.amount ?? 0),
      text: (_value, figures) => show(figures),
    };
    const tick = (value: number): string => `${currency === "USD" ? "$" : "¥"}${plain(value)}`;
    return { id: `cost-${currency}`, title, headline: show(total), plan, tick };
  });
}

function tokenChart({ total }: UsageOverview, { usage: words }: Messages) {
  const headline = tokensText(total.inputTokens + total.outputTokens);
  return { id: "tokens", title: words.tokens, headline, kind: "bars" as const, tick: tokensTick };
}

/** Each token once: the provider's input includes what was cached and written, its output what was thought. */
function tokenPlans({ usage: words }: Messages): SeriesPlan[] {
  const plan = (id: keyof typeof words.kinds, tone: Tone, read: Read): SeriesPlan => ({
    id,
    label: words.kinds[id],
    tone,
    read,
    text: tokensText,
  });
  return [
    plan("cached", "two", (figures) => figures.cachedTokens),
    plan("written", "three", (figures) => figures.cacheWriteTokens),
    plan("fresh", "one", (figures) =>
      Math.max(0, figures.inputTokens - figures.cachedTokens - figures.cacheWriteTokens),
    ),
    plan("output", "four", (figures) =>
      Math.max(0, figures.outputTokens - figures.reasoningTokens),
    ),
    plan("reasoning", "five", (figures) => figures.reasoningTokens),
  ];
}

function shareChart({ total }: UsageOverview, { usage: words }: Messages) {
  const headline = shareText(total.cachedTokens, total.inputTokens) ?? words.noCost;
  return {
    id: "cache",
    title: words.cacheShare,
    headline,
    kind: "lines" as const,
    tick: percentTick,
  };
}

const sharePlans = ({ usage: words }: Messages): SeriesPlan[] => [
  {
    id: "share",
    label: words.share,
    tone: "two",
    read: ({ cachedTokens, inputTokens }) =>
      inputTokens === 0 ? null : cachedTokens / inputTokens,
    text: (_value, { cachedTokens, inputTokens }) => shareText(cachedTokens, inputTokens) ?? "",
  },
];

function requestChart({ total }: UsageOverview, { usage: words }: Messages) {
  const headline = total.calls.toLocaleString("en");
  return {
    id: "requests",
    title: words.requests,
    headline,
    kind: "bars" as const,
    tick: wholeTick,
  };
}

function requestPlans({ usage: words }: Messages): SeriesPlan[] {
  const plan = (id: keyof typeof words.ends, tone: Tone, read: Read): SeriesPlan => ({
    id,
    label: words.ends[id],
    tone,
    read,
    text: countText,
  });
  return [
    plan("completed", "one", (figures) => figures.completed),
    plan("cancelled", "five", (figures) => figures.cancelled),
    plan("failed", "failed", (figures) => figures.failed + figures.lost),
  ];
}

function latencyChart({ total }: UsageOverview, { usage: words }: Messages) {
  const { firstTokenMs } = total;
  const headline = firstTokenMs === null ? words.noCost : durationText(firstTokenMs.p50);
  return {
    id: "latency",
    title: words.firstToken,
    headline,
    kind: "lines" as const,
    tick: secondsTick,
  };
}

const latencyPlans = ({ usage: words }: Messages): SeriesPlan[] => [
  {
    id: "median",
    label: words.median,
    tone: "one",
    read: ({ firstTokenMs }) => firstTokenMs?.p50 ?? null,
    text: durationText,
  },
  {
    id: "slowest",
    label: words.slowest,
    tone: "four",
    read: ({ firstTokenMs }) => firstTokenMs?.p95 ?? null,
    text: durationText,
  },
];
