import { scaleLinear } from "d3-scale";
import { line, stack } from "d3-shape";
import type { ChartModel, Series, Tone } from "./chart-data.ts";

/** Where everything of a chart stands, in CSS pixels from its frame's corner. */
export interface Layout {
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  /** Width of one stretch. */
  readonly step: number;
  readonly ticks: readonly { readonly value: number; readonly y: number }[];
  readonly labels: readonly {
    readonly index: number;
    readonly text: string;
    readonly x: number;
    readonly anchor: "start" | "middle" | "end";
  }[];
  readonly bars: readonly Bar[];
  readonly lines: readonly Line[];
}

interface Bar {
  readonly key: string;
  readonly tone: Tone;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Line {
  readonly id: string;
  readonly tone: Tone;
  readonly path: string;
  /** `alone`: nothing on either side, so that no line shows it. */
  readonly dots: readonly {
    readonly index: number;
    readonly x: number;
    readonly y: number;
    readonly alone: boolean;
  }[];
}

const height = 132;
const top = 8;
const bottom = height - 20;
/** A digit of the axis has this much room. */
const digitWidth = 7;

/** Room for "$0.0008", and for what is longer. */
const roomFor = (labels: readonly string[]): number =>
  Math.max(56, 8 + digitWidth * Math.max(0, ...labels.map(({ length }) => length)));

/** A label has this much room. */
const labelWidth = 64;

/** Lays a chart out for a frame of this width. */
export function layOut(chart: ChartModel, width: number): Layout {
  const highest = chart.kind === "bars" ? highestPile(chart.series) : highestValue(chart.series);
  const scale = scaleLinear([0, highest > 0 ? highest : 1], [bottom, top]).nice(3);
  const left = roomFor(scale.ticks(3).map((value) => chart.tick(value)));
  const right = Math.max(left + 1, width - 2);
  const count = Math.max(1, chart.stretches.length);
  const step = (right - left) / count;
  const y = (value: number): number => scale(value);
  const x = (index: number): number => left + (index + 0.5) * step;
  return {
    height,
    left,
    right,
    top,
    bottom,
    step,
    ticks: scale.ticks(3).map((value) => ({ value, y: Math.round(y(value)) + 0.5 })),
    labels: labelsOf(chart, { x, step, left, right }),
    bars: chart.kind === "bars" ? barsOf(chart, { x, y, step }) : [],
    lines: chart.kind === "lines" ? chart.series.map((one) => lineOf(one, { x, y })) : [],
  };
}

const highestValue = (series: readonly Series[]): number =>
  Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));

function highestPile(series: readonly Series[]): number {
  const sums = (series[0]?.values ?? []).map((_value, index) =>
    series.reduce((sum, { values }) => sum + (values[index] ?? 0), 0),
  );
  return Math.max(0, ...sums);
}

interface Place {
  readonly x: (index: number) => number;
  readonly y: (value: number) => number;
}

function barsOf({ series }: ChartModel, { x, y, step }: Place & { step: number }): Bar[] {
  const count = series[0]?.values.length ?? 0;
  const width = Math.max(1, Math.min(28, step * 0.72));
  const piles = stack<number, string>()
    .keys(series.map(({ id }) => id))
    .value((index, id) => series.find((one) => one.id === id)?.values[index] ?? 0)(
    Array.from({ length: count }, (_none, index) => index),
  );
  return piles.flatMap((pile, layer) =>
    pile.flatMap(([low, high], index) => {
      if (high <= low) return [];
      const tone = series[layer]?.tone ?? "one";
      // What is there is seen, however little it is.
      const size = Math.max(1, y(low) - y(high));
      return [
        {
          key: `${pile.key} ${index}`,
          tone,
          x: x(index) - width / 2,
          y: y(low) - size,
          width,
          height: size,
        },
      ];
    }),
  );
}

function lineOf({ id, tone, values }: Series, { x, y }: Place): Line {
  const draw = line<number | null>()
    .defined((value) => value !== null)
    .x((_value, index) => x(index))
    .y((value) => y(value ?? 0));
  const dots = values.flatMap((value, index) =>
    value === null
      ? []
      : [
          {
            index,
            x: x(index),
            y: y(value),
            alone: (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null,
          },
        ],
  );
  return { id, tone, path: draw(values) ?? "", dots };
}

/** As many as have room, the first and the last inside of the frame. */
function labelsOf(
  { stretches }: ChartModel,
  { x, step, left, right }: { x: Place["x"]; step: number; left: number; right: number },
): Layout["labels"] {
  const every = Math.max(1, Math.ceil(labelWidth / Math.max(step, 0.1)));
  return stretches.flatMap(({ short }, index) => {
    if (index % every !== 0) return [];
    const at = x(index);
    if (at + labelWidth / 2 > right && at + 12 > right) return [];
    const anchor =
      at - labelWidth / 2 < left ? "start" : at + labelWidth / 2 > right ? "end" : "middle";
    return [
      { index, text: short, x: anchor === "start" ? left : anchor === "end" ? right : at, anchor },
    ];
  });
}
