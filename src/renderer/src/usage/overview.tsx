import { useCallback, useMemo } from "react";
import { ChartColumn } from "lucide-react";
import type { UsageFilter, UsageOverview } from "../../../shared/usage-panel.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { EmptyState, Loading } from "../ui/empty-state.tsx";
import type { CallChoice } from "./call-list.tsx";
import { Chart } from "./chart.tsx";
import { chartsOf } from "./chart-data.ts";
import { GroupTable } from "./group-table.tsx";
import { Tiles } from "./tiles.tsx";
import { useLanguage } from "./use-language.ts";
import type { Choice } from "./usage-scope.ts";

export interface OverviewProps {
  readonly filter: UsageFilter;
  readonly choice: Choice;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** Sums, charts and a table of what a choice means; each leads to its requests. */
export function Overview({ filter, choice, onShowCalls }: OverviewProps) {
  const { common, usage: words } = useMessages();
  const { client } = useServices();
  const { value, failure } = useAnswer(
    useCallback(() => client("usage.overview", { filter }), [client, filter]),
  );
  if (failure !== null)
    return (
      <p role="alert" className="p-4 text-ui text-failed">
        {words.failed} {failure}
      </p>
    );
  if (value === null) return <Loading title={common.loading} />;
  if (value.total.calls === 0) {
    const isAll = choice.scope === "all" && choice.period === "all";
    return (
      <EmptyState
        icon={ChartColumn}
        title={isAll ? words.empty : words.emptyChoice}
        detail={isAll ? words.emptyDetail : words.emptyChoiceDetail}
      />
    );
  }
  return (
    <div className="mx-auto flex max-w-300 flex-col gap-3 p-4">
      <Tiles total={value.total} />
      <Charts overview={value} filter={filter} onShowCalls={onShowCalls} />
      <GroupTable filter={filter} scope={choice.scope} onShowCalls={onShowCalls} />
      <p className="text-meta text-muted">{words.timeZone}</p>
    </div>
  );
}

interface ChartsProps extends Pick<OverviewProps, "filter" | "onShowCalls"> {
  readonly overview: UsageOverview;
}

function Charts({ overview, filter, onShowCalls }: ChartsProps) {
  const messages = useMessages();
  const language = useLanguage();
  const charts = useMemo(
    () => chartsOf(overview, messages, language),
    [overview, messages, language],
  );
  return (
    <div className="grid grid-cols-2 gap-3">
      {charts.map((chart, index) => (
        <div
          key={chart.id}
          // One currency: its cost is the first thing to be read, and has the whole width.
          className={index === 0 && charts.length % 2 === 1 ? "col-span-2 flex" : "flex min-w-0"}
        >
          <Chart
            chart={chart}
            onChoose={(at) => {
              const stretch = chart.stretches[at];
              if (stretch === undefined) return;
              onShowCalls({
                label: stretch.long,
                filter: {
                  ...filter,
                  since: later(filter.since, stretch.start),
                  until: stretch.end,
                },
              });
            }}
          />
        </div>
      ))}
    </div>
  );
}

/** The first stretch may begin before what was chosen. */
const later = (one: string | undefined, other: string): string =>
  one !== undefined && Date.parse(one) > Date.parse(other) ? one : other;
