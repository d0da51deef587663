import { useState } from "react";
import type { FreeQuotaMeter, PlanMeter, RateMeter } from "../../../shared/usage-meters.ts";
import { useServices } from "../app/services.tsx";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Button } from "../ui/button.tsx";
import { anewText, tokensText } from "./figures-text.ts";
import { MeterCard, MeterList, MeterRow } from "./meter-card.tsx";
import { useLanguage } from "./use-language.ts";

const count = (value: number): string => value.toLocaleString("en");
const shareOf = (used: number, limit: number) => ({ used: limit === 0 ? 1 : used / limit });
const stateOf = (used: number, limit: number): "fine" | "near" | "over" =>
  used >= limit ? "over" : used >= 0.8 * limit ? "near" : "fine";

/** Requests and tokens of the last minute, by model. */
export function RateMeters({ rates }: { readonly rates: readonly RateMeter[] }) {
  const { meters: words } = useMessages();
  const [only] = rates;
  return (
    <MeterCard
      title={words.minute}
      detail={
        rates.length === 1 && only !== undefined ? <ModelName model={only.model} /> : undefined
      }
    >
      {rates.length === 0 && <p className="text-ui text-muted">{words.noModel}</p>}
      {rates.map((rate) => (
        <div key={rate.model}>
          {rates.length > 1 && <ModelName model={rate.model} />}
          <MeterList label={rate.model}>
            <RateRow name={words.requests} used={rate.requests} limit={rate.rpm} text={count} />
            <RateRow name={words.tokens} used={rate.tokens} limit={rate.tpm} text={tokensText} />
          </MeterList>
        </div>
      ))}
    </MeterCard>
  );
}

function ModelName({ model }: { readonly model: string }) {
  const shown = visibleString(model);
  return (
    <span className="block min-w-0 truncate text-label text-muted" title={shown}>
      {shown}
    </span>
  );
}

interface RateRowProps {
  readonly name: string;
  readonly used: number;
  readonly limit: number | null;
  readonly text: (value: number) => string;
}

function RateRow({ name, used, limit, text }: RateRowProps) {
  const { meters: words } = useMessages();
  const value = limit === null ? words.noKnownLimit(text(used)) : words.of(text(used), text(limit));
  return (
    <MeterRow
      name={name}
      value={value}
      valueText={value}
      share={limit === null ? null : shareOf(used, limit)}
      state={limit === null ? "fine" : stateOf(used, limit)}
    />
  );
}

/** So many at first; who tries things out uses a dozen models. */
const firstModels = 4;

/** What is left of the free quota of each model. */
export function FreeQuotaMeters({ quota }: { readonly quota: FreeQuotaMeter }) {
  const { meters: words } = useMessages();
  const [all, showAll] = useState(false);
  const { since, tokens, days, daysLeft, ended, models } = quota;
  const shown = all ? models : models.slice(0, firstModels);
  if (since === null)
    return (
      <MeterCard title={words.freeQuota} detail={<SayWhen />}>
        <p className="text-label text-secondary">{words.quotaUntold(tokensText(tokens), days)}</p>
      </MeterCard>
    );
  if (ended)
    return (
      <MeterCard title={words.freeQuota}>
        <p className="text-label text-secondary">{words.quotaEnded}</p>
      </MeterCard>
    );
  return (
    <MeterCard title={words.freeQuota} detail={words.daysLeft(daysLeft ?? 0)}>
      <MeterList>
        {shown.map(({ model, usedTokens, leftTokens }) => {
          const text = words.left(tokensText(leftTokens), tokensText(tokens));
          return (
            <MeterRow
              key={model}
              name={visibleString(model)}
              value={text}
              valueText={text}
              share={shareOf(usedTokens, tokens)}
              state={stateOf(usedTokens, tokens)}
            />
          );
        })}
      </MeterList>
      {models.length > shown.length && (
        <Button
          variant="plain"
          className="-ml-2.5 self-start"
          onClick={() => {
            showAll(true);
          }}
        >
          {words.moreModels(models.length - shown.length)}
        </Button>
      )}
      <p className="pt-1 text-meta text-muted">{words.quotaOnly}</p>
    </MeterCard>
  );
}

/** Requests of a plan in its windows, never money; null where they are not known. */
export function PlanMeters({
  region,
  plan,
}: {
  readonly region: string;
  readonly plan: PlanMeter | null;
}) {
  const messages = useMessages();
  const words = messages.meters;
  const language = useLanguage();
  return (
    <MeterCard
      title={regionName(region, messages)}
      detail={plan?.since === null ? <SayWhen /> : undefined}
    >
      {plan !== null && (
        <MeterList>
          {plan.windows.map(({ name, used, limit, endsAt }) => {
            const text = words.ofRequests(count(used), count(limit));
            return (
              <MeterRow
                key={name}
                name={words.windows[name]}
                value={text}
                valueText={text}
                share={shareOf(used, limit)}
                state={stateOf(used, limit)}
                detail={endsAt === null ? words.slides : anewText(endsAt, words, language)}
              />
            );
          })}
        </MeterList>
      )}
      <p className="pt-1 text-meta text-muted">
        {plan === null
          ? words.planUnknown
          : [words.planPays, ...(plan.since === null ? [words.monthUntold] : [])].join(" ")}
      </p>
    </MeterCard>
  );
}

/** Leads to the settings that only the person can fill in. */
function SayWhen() {
  const { meters: words } = useMessages();
  const { commands } = useServices();
  return (
    <button
      type="button"
      className="truncate rounded-control hover:text-accent"
      onClick={() => {
        commands.showOverlay("settings", "billing");
      }}
    >
      {words.sayWhen}
    </button>
  );
}
