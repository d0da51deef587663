import { useState } from "react";
import { useMessages } from "../../messages/messages.tsx";
import { Button } from "../../ui/button.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import type { CallChoice } from "../call-list.tsx";
import { CheckRowView } from "./check-row.tsx";
import {
  isDifference,
  stateText,
  zoneText,
  type CheckedReport,
  type CheckGrain,
  type CheckRow,
  type CheckState,
} from "./check-text.ts";

/** Which rows: those that differ, all, or those of one state. */
export type RowChoice = "differences" | "all" | CheckState;

export interface CheckTableProps {
  readonly report: CheckedReport;
  readonly choice: RowChoice;
  readonly onChoose: (choice: RowChoice) => void;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** So many at first; a month has thousands of hours. */
const firstRows = 100;

/** Each hour of each model, workspace and key; one leads to our requests of it. */
export function CheckTable({ report, choice, onChoose, onShowCalls }: CheckTableProps) {
  const { billing: words, bill } = useMessages();
  const { grain } = report;
  const isDaily = grain?.period === "day";
  const hasCosts = report.rows.some(({ costs = [] }) => costs.length > 0);
  const [most, setMost] = useState(firstRows);
  const chosen = rowsOf(report.rows, choice);
  const shown = chosen.slice(0, most);
  return (
    <section
      aria-label={isDaily ? bill.dayTable : words.table}
      className="rounded-card border border-line bg-card"
    >
      <RowFilters
        report={report}
        choice={choice}
        onChoose={(next) => {
          onChoose(next);
          setMost(firstRows);
        }}
      />
      {shown.length === 0 ? (
        <p className="px-3 py-4 text-ui text-secondary">{words.noDifferences}</p>
      ) : (
        <table className="selectable w-full text-label tabular-nums">
          <Head grain={grain} hasCosts={hasCosts} />
          <tbody>
            {shown.map((row) => (
              <CheckRowView
                key={JSON.stringify([row.hour, row.model, row.workspaceId, row.key])}
                row={row}
                region={report.region}
                grain={grain}
                hasCosts={hasCosts}
                onShowCalls={onShowCalls}
              />
            ))}
          </tbody>
        </table>
      )}
      {chosen.length > shown.length && (
        <Button
          variant="plain"
          className="m-1"
          onClick={() => {
            setMost(most + 10 * firstRows);
          }}
        >
          {words.more(chosen.length - shown.length)}
        </Button>
      )}
      <p className="border-t border-line px-3 py-2 text-meta text-muted">
        {[
          isDaily ? bill.inDays(zoneText(grain)) : words.utc,
          ...(report.leftOut > 0 ? [words.leftOut(report.leftOut)] : []),
        ].join(" · ")}
      </p>
    </section>
  );
}

/** Differences, all, and each state that there is, with how many rows it has. */
function RowFilters({
  report,
  choice,
  onChoose,
}: Pick<CheckTableProps, "report" | "choice" | "onChoose">) {
  const messages = useMessages();
  const { billing: words } = messages;
  const differing = report.rows.filter(isDifference);
  const states = Object.keys(words.states).filter(
    (state): state is CheckState => state in report.states,
  );
  const filters: readonly (readonly [RowChoice, string])[] = [
    ["differences", words.differences(differing.length)],
    ["all", words.all(report.rows.length)],
    ...states.map(
      (state) =>
        [
          state,
          `${stateText(state, report.grain, messages).name} ${report.states[state] ?? 0}`,
        ] as const,
    ),
  ];
  return (
    <Toolbar label={words.rows} className="flex-wrap border-b border-line p-1">
      {filters.map(([name, text]) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === choice}
          onClick={() => {
            onChoose(name);
          }}
          className="h-7 rounded-control px-2 text-label text-secondary tabular-nums hover:bg-hover hover:text-primary aria-pressed:bg-hover aria-pressed:text-primary"
        >
          {text}
        </button>
      ))}
    </Toolbar>
  );
}

function rowsOf(rows: readonly CheckRow[], choice: RowChoice): readonly CheckRow[] {
  if (choice === "all") return rows;
  return choice === "differences"
    ? rows.filter(isDifference)
    : rows.filter(({ state }) => state === choice);
}

interface HeadProps {
  readonly grain: CheckGrain | undefined;
  readonly hasCosts: boolean;
}

function Head({ grain, hasCosts }: HeadProps) {
  const { billing: words, bill } = useMessages();
  const places = [
    grain?.period === "day" ? bill.day : words.hour,
    ...((grain?.models ?? true) ? [words.model] : []),
    ...((grain?.keys ?? true) ? [words.workspace, words.key] : []),
  ];
  const figures = [words.ours, words.theirs, words.drift, ...(hasCosts ? [bill.cost] : [])];
  return (
    <thead>
      <tr className="text-left text-muted">
        {places.map((text) => (
          <th key={text} scope="col" className="py-1.5 pl-3 font-medium whitespace-nowrap">
            {text}
          </th>
        ))}
        {figures.map((text) => (
          <th
            key={text}
            scope="col"
            className="py-1.5 pl-3 text-right font-medium whitespace-nowrap"
          >
            {text}
          </th>
        ))}
        <th scope="col" className="py-1.5 pr-3 pl-4 font-medium">
          {words.state}
        </th>
      </tr>
    </thead>
  );
}
