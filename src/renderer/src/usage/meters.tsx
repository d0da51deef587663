import { CircleHelp } from "lucide-react";
import type { UsageMeters } from "../../../shared/usage-meters.ts";
import { ConsoleLinks } from "../key/console-links.tsx";
import { useMessages } from "../messages/messages.tsx";
import { FreeQuotaMeters, PlanMeters, RateMeters } from "./account-meters.tsx";
import { BudgetMeters } from "./budget-meters.tsx";
import { useMeters } from "./use-meters.ts";

export interface MetersProps {
  readonly isLive: boolean;
  /** Grows with each request that ends. */
  readonly ended: number;
}

/** What is left of every limit that holds now, as far as this machine knows. */
export function Meters({ isLive, ended }: MetersProps) {
  const { meters: words } = useMessages();
  const { value, failure } = useMeters(isLive, ended);
  if (value === null && failure === null) return null;
  return (
    <section
      aria-label={words.title}
      className="mx-auto flex w-full max-w-300 shrink-0 flex-col gap-2 px-4 pt-4"
    >
      {value === null ? (
        <p role="alert" className="text-ui text-failed">
          {words.failed} {failure}
        </p>
      ) : (
        <Cards meters={value} />
      )}
    </section>
  );
}

function Cards({ meters }: { readonly meters: UsageMeters }) {
  const { meters: words } = useMessages();
  const { payment, region, budgets, rates, freeQuota, plan } = meters;
  if (payment === "nobody") return <p className="px-1 text-label text-secondary">{words.nobody}</p>;
  return (
    <>
      {payment === "plan" ? (
        <PlanMeters region={region} plan={plan} />
      ) : (
        <div className="grid grid-cols-2 items-start gap-3">
          <BudgetMeters budgets={budgets} />
          <div className="flex min-w-0 flex-col gap-3">
            <RateMeters rates={rates} />
            {freeQuota !== null && <FreeQuotaMeters quota={freeQuota} />}
          </div>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-x-4 px-1 text-label text-secondary">
        <p className="flex h-6 flex-1 items-center gap-2">
          <CircleHelp className="icon text-muted" aria-hidden />
          {words.here}
        </p>
        <ConsoleLinks region={region} />
      </div>
    </>
  );
}
