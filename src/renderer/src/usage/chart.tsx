import { useState } from "react";
import { ChartColumn, Table2 } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import type { ChartModel, Series, Tone } from "./chart-data.ts";
import { ChartPlot } from "./chart-plot.tsx";
import { ChartTable } from "./chart-table.tsx";

export interface ChartProps {
  readonly chart: ChartModel;
  /** Somebody wants to see what one stretch of time is made of. */
  readonly onChoose: (index: number) => void;
}

/** One chart with its legend, which reads out the stretch under the pointer or the focus; the same as a table on demand. */
export function Chart({ chart, onChoose }: ChartProps) {
  const { usage: words } = useMessages();
  const [isTable, setTable] = useState(false);
  const [active, setActive] = useState<number | null>(null);
  const { title, headline, stretches, series } = chart;
  const shown = active === null ? undefined : stretches[active];
  return (
    <section
      aria-label={title}
      className="flex min-w-0 flex-1 flex-col rounded-card border border-line bg-card pt-2 pr-3 pb-2 pl-3"
    >
      <header className="flex items-center gap-2">
        <h3 className="text-label font-medium text-secondary">{title}</h3>
        <span className="text-ui font-semibold tabular-nums">{headline}</span>
        <span className="ml-auto truncate text-meta text-muted tabular-nums">
          {isTable ? "" : shown?.long}
        </span>
        <IconButton
          icon={isTable ? ChartColumn : Table2}
          label={isTable ? words.asChart(title) : words.asTable(title)}
          pressed={isTable}
          className="-mr-1.5"
          onClick={() => {
            setTable(!isTable);
          }}
        />
      </header>
      {isTable ? (
        <ChartTable chart={chart} onChoose={onChoose} />
      ) : (
        <>
          <Legend series={series} active={shown === undefined ? null : active} />
          <ChartPlot chart={chart} active={active} onActive={setActive} onChoose={onChoose} />
        </>
      )}
    </section>
  );
}

const swatches: Readonly<Record<Tone, string>> = {
  one: "bg-chart-one",
  two: "bg-chart-two",
  three: "bg-chart-three",
  four: "bg-chart-four",
  five: "bg-chart-five",
  failed: "bg-failed",
};

function Legend({
  series,
  active,
}: {
  readonly series: readonly Series[];
  readonly active: number | null;
}) {
  return (
    <ul className="flex min-h-4 flex-wrap gap-x-3 text-meta text-secondary">
      {series.map(({ id, label, tone, texts, total }) => (
        <li key={id} className="flex items-center gap-1.5 whitespace-nowrap">
          {series.length > 1 && (
            <span className={cx("size-2 rounded-[2px]", swatches[tone])} aria-hidden />
          )}
          {series.length > 1 && label}
          <span className="text-primary tabular-nums">
            {(active === null ? (series.length > 1 ? total : "") : texts[active]) || ""}
          </span>
        </li>
      ))}
    </ul>
  );
}
