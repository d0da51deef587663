import { CircleHelp } from "lucide-react";
import type { Reconciliation } from "../../../../shared/monitoring.ts";
import { useMessages } from "../../messages/messages.tsx";
import { cx } from "../../ui/cx.ts";
import { tokensText } from "../figures-text.ts";
import { exact, percentText, signed } from "./check-text.ts";

/** The sums of both sides over the hours that can be compared. */
export function CheckTotals({ report }: { readonly report: Reconciliation }) {
  const { billing: words } = useMessages();
  const { ours, theirs, drift } = report.totals;
  const passes = Math.abs(drift.percent ?? 0) >= report.thresholdPercent && drift.tokens !== 0;
  return (
    <div className="flex flex-col gap-2">
      <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-card border border-line bg-line">
        <Sum name={words.ours} value={exact(ours.tokens)} detail={words.calls(ours.calls)} />
        <Sum name={words.theirs} value={exact(theirs.tokens)} detail={words.calls(theirs.calls)} />
        <Sum
          name={words.drift}
          value={percentText(drift) || "0%"}
          detail={`${words.tokens(signed(drift.tokens))} · ${words.threshold(report.thresholdPercent)}`}
          stands={passes}
        />
      </dl>
      <Apart report={report} />
    </div>
  );
}

interface SumProps {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
  readonly stands?: boolean;
}

function Sum({ name, value, detail, stands = false }: SumProps) {
  return (
    <div className="flex min-w-0 flex-col bg-card px-3 py-2">
      <dt className="truncate text-label text-secondary">{name}</dt>
      <dd
        className={cx(
          "selectable truncate text-title font-semibold tabular-nums",
          stands && "text-failed",
        )}
      >
        {value}
      </dd>
      <dd className="truncate text-meta text-muted tabular-nums" title={detail}>
        {detail}
      </dd>
    </div>
  );
}

/** What may explain a difference, beside the sums. */
function Apart({ report }: { readonly report: Reconciliation }) {
  const { billing: words } = useMessages();
  const { uncertainCalls, unknownCalls, unknownTokens } = report.totals.ours;
  const lines = [
    ...(uncertainCalls > 0 ? [words.uncertain(uncertainCalls)] : []),
    ...(unknownCalls > 0 ? [words.unknown(unknownCalls, tokensText(unknownTokens))] : []),
  ];
  return lines.map((line) => (
    <p key={line} className="flex items-center gap-2 px-1 text-label text-secondary">
      <CircleHelp className="icon text-muted" aria-hidden />
      {line}
    </p>
  ));
}
