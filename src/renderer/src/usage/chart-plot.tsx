import { useRef, type KeyboardEvent } from "react";
import { useMessages } from "../messages/messages.tsx";
import type { ChartModel, Tone } from "./chart-data.ts";
import { layOut, type Layout } from "./chart-layout.ts";
import { useWidth } from "./use-width.ts";

export interface ChartPlotProps {
  readonly chart: ChartModel;
  readonly active: number | null;
  readonly onActive: (index: number | null) => void;
  readonly onChoose: (index: number) => void;
}

const fills: Readonly<Record<Tone, string>> = {
  one: "fill-chart-one",
  two: "fill-chart-two",
  three: "fill-chart-three",
  four: "fill-chart-four",
  five: "fill-chart-five",
  failed: "fill-failed",
};
const strokes: Readonly<Record<Tone, string>> = {
  one: "stroke-chart-one",
  two: "stroke-chart-two",
  three: "stroke-chart-three",
  four: "stroke-chart-four",
  five: "stroke-chart-five",
  failed: "stroke-failed",
};

/** Bars or lines over time, and over them one button for each stretch: one stop for Tab, arrows move, Enter chooses. */
export function ChartPlot({ chart, active, onActive, onChoose }: ChartPlotProps) {
  const { frame, width } = useWidth();
  const layout = layOut(chart, width);
  return (
    <div ref={frame} className="relative mt-auto h-33">
      <svg aria-hidden width={width} height={layout.height} className="absolute inset-0 block">
        <Grid layout={layout} chart={chart} />
        {active !== null && (
          <rect
            className="fill-hover"
            x={layout.left + active * layout.step}
            y={layout.top}
            width={layout.step}
            height={layout.bottom - layout.top}
          />
        )}
        <Marks layout={layout} chart={chart} active={active} />
      </svg>
      <Stretches {...{ chart, layout, active, onActive, onChoose }} />
    </div>
  );
}

function Grid({ layout, chart }: { readonly layout: Layout; readonly chart: ChartModel }) {
  const { left, right, bottom, ticks, labels } = layout;
  return (
    <>
      {ticks.map(({ value, y }) => (
        <g key={value}>
          <line className="stroke-line" x1={left} x2={right} y1={y} y2={y} />
          <text
            className="fill-muted text-meta tabular-nums"
            x={left - 6}
            y={y + 4}
            textAnchor="end"
          >
            {chart.tick(value)}
          </text>
        </g>
      ))}
      {labels.map(({ text, x, anchor, index }) => (
        <text
          key={index}
          className="fill-muted text-meta tabular-nums"
          x={x}
          y={bottom + 15}
          textAnchor={anchor}
        >
          {text}
        </text>
      ))}
    </>
  );
}

interface MarksProps {
  readonly layout: Layout;
  readonly chart: ChartModel;
  readonly active: number | null;
}

function Marks({ layout, chart, active }: MarksProps) {
  if (chart.kind === "bars")
    return layout.bars.map(({ key, tone, ...place }) => (
      <rect key={key} className={fills[tone]} {...place} />
    ));
  return layout.lines.map(({ id, tone, path, dots }) => (
    <g key={id}>
      <path className={`fill-none ${strokes[tone]}`} strokeWidth={1.75} d={path} />
      {dots
        .filter(({ index, alone }) => alone || index === active)
        .map(({ index, x, y }) => (
          <circle key={index} className={fills[tone]} cx={x} cy={y} r={2.75} />
        ))}
    </g>
  ));
}

function Stretches({
  chart,
  layout,
  active,
  onActive,
  onChoose,
}: ChartPlotProps & { readonly layout: Layout }) {
  const { usage: words } = useMessages();
  const list = useRef<HTMLDivElement>(null);
  const { stretches } = chart;
  const stop = active ?? stretches.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = moved(event.key, stop, stretches.length);
    if (next === null) return;
    event.preventDefault();
    list.current?.querySelectorAll("button")[next]?.focus();
  };
  return (
    // oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- one of its buttons has the focus
    <div
      ref={list}
      role="toolbar"
      aria-label={`${chart.title}. ${words.chartKeys}`}
      className="absolute flex"
      style={{
        left: layout.left,
        top: layout.top,
        width: layout.right - layout.left,
        height: layout.bottom - layout.top,
      }}
      onKeyDown={onKeyDown}
      onPointerLeave={() => {
        onActive(null);
      }}
      onBlur={() => {
        onActive(null);
      }}
    >
      {stretches.map((stretch, index) => (
        <button
          key={stretch.start}
          type="button"
          tabIndex={index === stop ? 0 : -1}
          aria-label={`${stretch.long}: ${spoken(chart, index)}`}
          className="h-full min-w-0 flex-1 rounded-[2px]"
          onPointerEnter={() => {
            onActive(index);
          }}
          onFocus={() => {
            onActive(index);
          }}
          onClick={() => {
            onChoose(index);
          }}
        />
      ))}
    </div>
  );
}

function spoken({ series }: ChartModel, index: number): string {
  return series
    .map(({ label, texts }) => (series.length === 1 ? texts[index] : `${label} ${texts[index]}`))
    .join(", ");
}

function moved(key: string, from: number, length: number): number | null {
  switch (key) {
    case "ArrowLeft":
      return Math.max(0, from - 1);
    case "ArrowRight":
      return Math.min(length - 1, from + 1);
    case "Home":
      return 0;
    case "End":
      return length - 1;
    default:
      return null;
  }
}
