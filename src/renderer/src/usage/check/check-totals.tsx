import { CircleHelp } from "lucide-react";
import { useMessages } from "../../messages/messages.tsx";
import { cx } from "../../ui/cx.ts";
import { tokensText } from "../figures-text.ts";
import { exact, percentText, signed, type CheckedReport } from "./check-text.ts";

/** The sums of both sides over the hours that can be compared. */
export function CheckTotals({ report }: { readonly report: CheckedReport }) {
  const { billing: words } = useMessages();
  const { grain } = report;
  const { ours, theirs, drift } = report.totals;
  // Where keys are not told apart, more than ours is no alert.
  const isJudged = drift.tokens < 0 || (drift.tokens > 0 && (grain?.keys ?? true));
  const passes = isJudged && Math.abs(drift.percent ?? 0) >= report.thresholdPercent;
  return (
    <div className="flex flex-col gap-2">
      <dl className="grid grid-cols-3 gap-px overflow-hidden rounded-card border border-line bg-line">
        <Sum name={words.ours} value={exact(ours.tokens)} detail={words.calls(ours.calls)} />
        <Sum
          name={words.theirs}
          value={exact(theirs.tokens)}
          detail={(grain?.calls ?? true) ? words.calls(theirs.calls) : ""}
        />
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

export interface SumProps {
  readonly name: string;
  readonly value: string;
  readonly detail: string;
  readonly stands?: boolean;
}

export function Sum({ name, value, detail, stands = false }: SumProps) {
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
function Apart({ report }: { readonly report: CheckedReport }) {
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
