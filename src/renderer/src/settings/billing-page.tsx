import { parseRate } from "../../../shared/display-rate.ts";
import { currencySchema } from "../../../shared/money.ts";
import { useApp } from "../app/services.tsx";
import { useRegions } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";
import { MonitoringSettings } from "./monitoring-settings.tsx";
import { SavedField } from "./saved-field.tsx";
import { TelemetrySettings } from "./telemetry-settings.tsx";
import { useChange } from "./use-change.ts";

/** What the limits count from, the check against the provider's own figures, and their export for a team. */
export function BillingPage() {
  return (
    <>
      <AccountDays />
      <DisplayedAmounts />
      <MonitoringSettings />
      <TelemetrySettings />
    </>
  );
}

/** Days that nothing but the console tells. */
function AccountDays() {
  const { billing: words } = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  const regions = useRegions();
  if (settings === null) return null;
  const isPlan = regions.some(({ id, kind }) => id === settings.region && kind === "plan");
  const check = (text: string): string | null =>
    text === "" || isPastDay(text) ? null : words.dayInvalid;
  return (
    <section aria-label={words.account} className="flex flex-col gap-3">
      <h3 className="text-ui font-medium">{words.account}</h3>
      <SavedField
        label={words.modelStudioSince}
        help={words.modelStudioSinceHelp}
        placeholder={words.dayHint}
        mono
        value={settings.modelStudioSince ?? ""}
        check={check}
        onSave={(text) => {
          change({ modelStudioSince: text === "" ? null : text });
        }}
      />
      {(isPlan || settings.planSince !== null) && (
        <SavedField
          label={words.planSince}
          help={words.planSinceHelp}
          placeholder={words.dayHint}
          mono
          value={settings.planSince ?? ""}
          check={check}
          onSave={(text) => {
            change({ planSince: text === "" ? null : text });
          }}
        />
      )}
    </section>
  );
}

/** In which currency sums are read as well, and by what rate. */
function DisplayedAmounts() {
  const { billing: words } = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null) return null;
  const { displayCurrency, displayRate } = settings;
  return (
    <section aria-label={words.display} className="flex flex-col gap-3">
      <h3 className="text-ui font-medium">{words.display}</h3>
      <Select
        label={words.displayCurrency}
        help={words.displayCurrencyHelp}
        value={displayCurrency ?? asBilled}
        options={[
          { value: asBilled, label: words.asBilled },
          ...currencySchema.options.map((value) => ({ value, label: words.currencies[value] })),
        ]}
        onChange={(value) => {
          change({ displayCurrency: value === asBilled ? null : value });
        }}
      />
      {displayCurrency !== null && (
        <SavedField
          label={words.displayRate}
          help={words.displayRateHelp}
          placeholder={words.displayRateHint}
          mono
          value={displayRate ?? ""}
          check={(text) =>
            text === "" || parseRate(text) !== null ? null : words.displayRateInvalid
          }
          onSave={(text) => {
            change({ displayRate: text === "" ? null : text });
          }}
        />
      )}
    </section>
  );
}

const asBilled = "billed";

/** A day of the calendar such as "2026-02-28", today or before, wherever today has begun. */
function isPastDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return (
    !Number.isNaN(time) &&
    new Date(time).toISOString().startsWith(text) &&
    time <= Date.now() + 14 * 3_600_000
  );
}
