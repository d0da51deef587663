import type { BillCost } from "../../../../shared/bill-file.ts";
import { useMessages } from "../../messages/messages.tsx";
import { cx } from "../../ui/cx.ts";

export interface CostCellProps {
  readonly costs: readonly BillCost[];
  readonly className: string;
}

/** What a row costs by the file, exactly, and how that lies to ours; a line for each currency. */
export function CostCell({ costs, className }: CostCellProps) {
  const { bill: words, usage } = useMessages();
  return (
    <td className={cx(className, "text-right whitespace-nowrap")}>
      {costs.length === 0 && <span className="text-muted">{usage.noCost}</span>}
      {costs.map((cost) => {
        const { currency, ours, theirs, state } = cost;
        const isSame = state === "same" || state === "rounding";
        return (
          <span key={currency} className="block" title={words.costLine(ours, theirs)}>
            <span className={cx("block", state === "differs" && "font-medium")}>
              {exactMoney(theirs, currency)}
            </span>
            <span className="block text-meta text-muted">
              {isSame ? words.costStates[state] : signedMoney(cost)}
            </span>
          </span>
        );
      })}
    </td>
  );
}

const signs = { USD: "$", CNY: "¥" } as const;

/** Every digit: the point is to compare. */
export function exactMoney(amount: string, currency: BillCost["currency"]): string {
  const isNegative = amount.startsWith("-");
  return `${isNegative ? "−" : ""}${signs[currency]}${isNegative ? amount.slice(1) : amount}`;
}

export const signedMoney = ({
  difference,
  currency,
}: Pick<BillCost, "difference" | "currency">): string =>
  difference.startsWith("-") || difference === "0"
    ? exactMoney(difference, currency)
    : `+${exactMoney(difference, currency)}`;
