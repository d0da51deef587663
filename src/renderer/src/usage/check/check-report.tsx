import { useState } from "react";
import { RotateCw } from "lucide-react";
import type { Reconciliation } from "../../../../shared/monitoring.ts";
import { useMessages } from "../../messages/messages.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { IconButton } from "../../ui/icon-button.tsx";
import type { CallChoice } from "../call-list.tsx";
import { useLanguage } from "../use-language.ts";
import { CheckAlerts } from "./check-alerts.tsx";
import { CheckKeys } from "./check-keys.tsx";
import { CheckTable, type RowChoice } from "./check-table.tsx";
import { CheckTotals } from "./check-totals.tsx";
import { clockText } from "./check-text.ts";

export interface CheckReportProps {
  readonly report: Reconciliation;
  readonly onAgain: () => void;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** How far the provider's figures go, the sums of both sides, what stands out, and each hour. */
export function CheckReport({ report, onAgain, onShowCalls }: CheckReportProps) {
  const { billing: words } = useMessages();
  const [rows, chooseRows] = useState<RowChoice>("differences");
  if (report.rows.length === 0)
    return (
      <div className="flex flex-1 flex-col">
        <Freshness report={report} onAgain={onAgain} />
        <EmptyState title={words.nothing} detail={words.nothingDetail} />
      </div>
    );
  return (
    <div className="mx-auto flex w-full max-w-300 flex-col gap-3 px-4 pb-4">
      <Freshness report={report} onAgain={onAgain} />
      <CheckTotals report={report} />
      <CheckAlerts alerts={report.alerts} onShow={chooseRows} />
      <CheckTable report={report} choice={rows} onChoose={chooseRows} onShowCalls={onShowCalls} />
      <CheckKeys report={report} onLinked={onAgain} />
    </div>
  );
}

/** The provider's figures come late: until when they are complete, and when they were read. */
function Freshness({ report, onAgain }: Pick<CheckReportProps, "report" | "onAgain">) {
  const { billing: words } = useMessages();
  const language = useLanguage();
  const { completeUpTo, readAt, coveredFrom, since } = report;
  const rest = [
    words.readAt(clockText(readAt, language)),
    ...(coveredFrom !== null && Date.parse(coveredFrom) > Date.parse(since)
      ? [words.coveredFrom(clockText(coveredFrom, language))]
      : []),
  ];
  return (
    <p className="flex h-7 items-center gap-2 text-label text-secondary tabular-nums">
      <span className="font-medium text-primary" title={words.completeDetail}>
        {completeUpTo === null
          ? words.incomplete
          : words.completeUpTo(clockText(completeUpTo, language))}
      </span>
      <span className="truncate">{rest.join(" · ")}</span>
      <IconButton icon={RotateCw} label={words.again} onClick={onAgain} />
    </p>
  );
}
