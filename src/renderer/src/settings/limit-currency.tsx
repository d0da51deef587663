import { TriangleAlert } from "lucide-react";
import { displayMoney, formatNano, parseMoney } from "../../../shared/money.ts";
import { limitInstead } from "../../../shared/other-currency.ts";
import { useApp } from "../app/services.tsx";
import { regionName, useRegions } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

export interface LimitCurrencyProps {
  /** As it is in the settings. */
  readonly limit: string | null;
  readonly onChange: (limit: string) => void;
}

/** Beside a limit that the present region cannot keep, because it is paid in the other currency: what that means, and a limit that it can. */
export function LimitCurrency({ limit, onChange }: LimitCurrencyProps) {
  const messages = useMessages();
  const { limits: words } = messages;
  const settings = useApp((state) => state.settings);
  const regions = useRegions();
  // What an endpoint of one's own is paid in is not known.
  const region = regions.find(({ id }) => settings?.baseUrl === null && id === settings.region);
  const instead = limitInstead(limit, region?.currency ?? null);
  if (region === undefined || region.currency === null || instead === null) return null;
  return (
    <div className="flex flex-col items-start gap-1.5">
      <p className="flex items-start gap-2 text-label text-needs-you">
        <TriangleAlert className="icon mt-0.5" aria-hidden />
        {words.otherCurrency(regionName(region.id, messages), region.currency)}
      </p>
      <Button
        onClick={() => {
          onChange(instead);
        }}
      >
        {words.takeInstead(limitText(instead))}
      </Button>
    </div>
  );
}

/** "5 USD" as it is shown: "$5.00". */
export function limitText(limit: string): string {
  const amount = parseMoney(limit);
  return amount === undefined
    ? limit
    : displayMoney({ amount: formatNano(amount.nano), currency: amount.currency });
}
