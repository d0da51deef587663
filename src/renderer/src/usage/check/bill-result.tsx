import { useState } from "react";
import { Info, TriangleAlert } from "lucide-react";
import type { BillReport } from "../../../../shared/bill-file.ts";
import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { EmptyState } from "../../ui/empty-state.tsx";
import type { CallChoice } from "../call-list.tsx";
import { useLanguage } from "../use-language.ts";
import { CheckAlerts } from "./check-alerts.tsx";
import { CheckKeys } from "./check-keys.tsx";
import { CheckTable, type RowChoice } from "./check-table.tsx";
import { clockText, percentText, periodText, zoneText } from "./check-text.ts";
import { CheckTotals, Sum } from "./check-totals.tsx";
import { exactMoney, signedMoney } from "./cost-cell.tsx";

export interface BillResultProps {
  readonly report: BillReport;
  readonly onAgain: () => void;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** A file beside the ledger: how far it reaches, what it cannot tell, both sums, what stands out, and each period. */
export function BillResult({ report, onAgain, onShowCalls }: BillResultProps) {
  const { bill: words, billing } = useMessages();
  const [rows, chooseRows] = useState<RowChoice>("differences");
  if (report.rows.length === 0)
    return <EmptyState title={billing.nothing} detail={words.noRowsLeft} />;
  return (
    <div className="mx-auto flex w-full max-w-300 flex-col gap-3 px-4 pb-4">
      <Reach report={report} />
      <CheckTotals report={report} />
      <CostSums report={report} />
      <Notes report={report} />
      <CheckAlerts
        alerts={report.alerts}
        grain={report.grain}
        onShow={chooseRows}
        others={report.costAlerts.map((alert) => (
          <CostAlert key={JSON.stringify([alert.model, alert.currency])} alert={alert} />
        ))}
      />
      <CheckTable report={report} choice={rows} onChoose={chooseRows} onShowCalls={onShowCalls} />
      <CheckKeys report={report} onLinked={onAgain} />
    </div>
  );
}

/** What the file is of, and until when it is complete. */
function Reach({ report }: Pick<BillResultProps, "report">) {
  const { bill: words, billing } = useMessages();
  const language = useLanguage();
  const { grain, since, until, completeUpTo, readAt } = report;
  const isDaily = grain.period === "day";
  // The end of a day is the day itself, and not the midnight after it.
  const lastOf = (end: string): string =>
    isDaily
      ? periodText(new Date(Date.parse(end) - 1).toISOString(), language, grain)
      : periodText(end, language, grain);
  const rest = [
    words.covers(periodText(since, language, grain), lastOf(until)),
    isDaily ? words.byDay(zoneText(grain)) : words.byHour,
    words.written(clockText(readAt, language)),
  ];
  return (
    <p className="flex h-7 items-center gap-2 text-label text-secondary tabular-nums">
      <span className="shrink-0 font-medium text-primary" title={words.completeDetail}>
        {completeUpTo === null ? words.incomplete : billing.completeUpTo(lastOf(completeUpTo))}
      </span>
      <span className="truncate">{rest.join(" · ")}</span>
    </p>
  );
}

/** Amounts of both sides, a row for each currency: they are never added. */
function CostSums({ report }: Pick<BillResultProps, "report">) {
  const { bill: words, billing } = useMessages();
  return report.costs.map((cost) => {
    const { currency, ours, theirs, percent, state } = cost;
    const share = percentText({ percent, tokens: 0, calls: 0 });
    return (
      <dl
        key={currency}
        aria-label={words.costOf(currency)}
        className="grid grid-cols-3 gap-px overflow-hidden rounded-card border border-line bg-line"
      >
        <Sum
          name={billing.ours}
          value={exactMoney(ours, currency)}
          detail={words.costOf(currency)}
        />
        <Sum
          name={billing.theirs}
          value={exactMoney(theirs, currency)}
          detail={words.costOf(currency)}
        />
        <Sum
          name={billing.drift}
          value={state === "same" ? "0%" : share || "0%"}
          detail={`${signedMoney(cost)} · ${words.costStates[state]}`}
          stands={state === "differs" && report.costAlerts.length > 0}
        />
      </dl>
    );
  });
}

/** What the comparison cannot tell, and what was left out of it. */
function Notes({ report: { grain, cached, file } }: Pick<BillResultProps, "report">) {
  const { bill: words } = useMessages();
  const lines = [
    ...(grain.keys ? [] : [words.noKeys]),
    ...(grain.models ? [] : [words.noModels]),
    ...(grain.kinds ? [] : [words.noKinds]),
    ...(cached === "beside" ? [words.cachedBeside] : []),
    ...(file.totalLines + file.otherRows > 0
      ? [
          words.leftOut(
            file.totalLines,
            file.otherRows,
            file.otherKinds.map(visibleString).join(", "),
          ),
        ]
      : []),
  ];
  return lines.map((line) => (
    <p key={line} className="flex items-start gap-2 px-1 text-label text-secondary">
      <Info className="icon mt-0.5 shrink-0 text-muted" aria-hidden />
      {line}
    </p>
  ));
}

/** The same tokens at another amount: no other tool can tell the person that. */
function CostAlert({ alert }: { readonly alert: BillReport["costAlerts"][number] }) {
  const { bill: words } = useMessages();
  const { model, currency, ours, theirs, rows, percent } = alert;
  return (
    <li className="flex gap-2 border-t border-line px-3 py-2">
      <TriangleAlert className="icon mt-0.5 text-failed" aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col">
        <p className="flex min-w-0 items-baseline gap-2 text-ui">
          <span className="shrink-0 font-medium">{words.otherAmount}</span>
          <span className="min-w-0 truncate text-secondary" title={visibleString(model)}>
            {visibleString(model)}
          </span>
        </p>
        <p className="text-label text-secondary">{words.otherAmountDetail}</p>
        <p className="truncate text-label text-muted tabular-nums">
          {[
            words.inRows(rows),
            words.costLine(exactMoney(ours, currency), exactMoney(theirs, currency)),
          ].join(" · ")}
        </p>
      </div>
      <p className="selectable shrink-0 text-right text-ui font-medium text-failed tabular-nums">
        {percentText({ percent, tokens: 0, calls: 0 })}
      </p>
    </li>
  );
}
