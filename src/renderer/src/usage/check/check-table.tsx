import { useState } from "react";
import type { Reconciliation } from "../../../../shared/monitoring.ts";
import { useMessages } from "../../messages/messages.tsx";
import { Button } from "../../ui/button.tsx";
import { Toolbar } from "../../ui/toolbar.tsx";
import type { CallChoice } from "../call-list.tsx";
import { CheckRowView } from "./check-row.tsx";
import { isDifference, type CheckRow, type CheckState } from "./check-text.ts";

/** Which rows: those that differ, all, or those of one state. */
export type RowChoice = "differences" | "all" | CheckState;

export interface CheckTableProps {
  readonly report: Reconciliation;
  readonly choice: RowChoice;
  readonly onChoose: (choice: RowChoice) => void;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** So many at first; a month has thousands of hours. */
const firstRows = 100;

/** Each hour of each model, workspace and key; one leads to our requests of it. */
export function CheckTable({ report, choice, onChoose, onShowCalls }: CheckTableProps) {
  const { billing: words } = useMessages();
  const [most, setMost] = useState(firstRows);
  const chosen = rowsOf(report.rows, choice);
  const shown = chosen.slice(0, most);
  return (
    <section aria-label={words.table} className="rounded-card border border-line bg-card">
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
          <Head />
          <tbody>
            {shown.map((row) => (
              <CheckRowView
                key={JSON.stringify([row.hour, row.model, row.workspaceId, row.key])}
                row={row}
                region={report.region}
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
        {[words.utc, ...(report.leftOut > 0 ? [words.leftOut(report.leftOut)] : [])].join(" · ")}
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
  const { billing: words } = useMessages();
  const differing = report.rows.filter(isDifference);
  const states = Object.keys(words.states).filter(
    (state): state is CheckState => state in report.states,
  );
  const filters: readonly (readonly [RowChoice, string])[] = [
    ["differences", words.differences(differing.length)],
    ["all", words.all(report.rows.length)],
    ...states.map(
      (state) => [state, `${words.states[state]} ${report.states[state] ?? 0}`] as const,
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

function Head() {
  const { billing: words } = useMessages();
  return (
    <thead>
      <tr className="text-left text-muted">
        {[words.hour, words.model, words.workspace, words.key].map((text) => (
          <th key={text} scope="col" className="py-1.5 pl-3 font-medium whitespace-nowrap">
            {text}
          </th>
        ))}
        {[words.ours, words.theirs, words.drift].map((text) => (
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
