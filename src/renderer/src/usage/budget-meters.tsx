import { displayMoney, formatNano, parseNano, type Money } from "../../../shared/money.ts";
import type { BudgetMeter, SpendingMeter } from "../../../shared/usage-meters.ts";
import { useServices } from "../app/services.tsx";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { Badge } from "../ui/badge.tsx";
import { cx } from "../ui/cx.ts";
import { MeterCard, MeterList, MeterRow } from "./meter-card.tsx";
import { anewText } from "./figures-text.ts";
import { useLanguage } from "./use-language.ts";

/** What each limit of money leaves; without one, what was spent all the same. */
export function BudgetMeters({ budgets }: { readonly budgets: readonly BudgetMeter[] }) {
  const { meters: words } = useMessages();
  const { commands } = useServices();
  const over = budgets.filter(({ state }) => state === "over");
  return (
    <MeterCard
      title={words.money}
      detail={
        <button
          type="button"
          className="rounded-control hover:text-accent"
          onClick={() => {
            commands.showOverlay("settings", "agent");
          }}
        >
          {budgets.some(({ limit }) => limit !== null) ? words.changeLimits : words.setLimits}
        </button>
      }
    >
      <MeterList>
        {budgets.map((budget) => (
          <BudgetRow key={budget.name} budget={budget} />
        ))}
      </MeterList>
      <output className="sr-only">
        {over.map(({ name }) => words.overDetail(words.budgets[name])).join(" ")}
      </output>
    </MeterCard>
  );
}

function BudgetRow({ budget }: { readonly budget: BudgetMeter }) {
  const { meters: words } = useMessages();
  const language = useLanguage();
  const { name, limit, state, share, endsAt } = budget;
  const anew = endsAt === null ? [] : [anewText(endsAt, words, language)];
  if (limit === null || state === "none") {
    const spent = spentText(budget.used, words);
    return (
      <MeterRow
        name={words.budgets[name]}
        share={null}
        valueText={spent}
        value={
          <>
            <span className="text-muted">{words.noLimit}</span>
            {spent}
          </>
        }
        detail={heldText(budget.used, words).join(" · ")}
      />
    );
  }
  const left = leftText(budget, limit, words);
  const [own, ...others] = budget.used;
  const details = [
    ...(own === undefined ? [] : [words.spent(displayMoney(own.spent)), ...heldText([own], words)]),
    ...others.map(({ spent }) => words.beside(displayMoney(spent))),
    ...anew,
  ];
  return (
    <MeterRow
      name={words.budgets[name]}
      share={{ used: share.spent, held: share.held }}
      state={state}
      valueText={state === "fine" ? left : `${left}, ${words.states[state]}`}
      value={
        <>
          {state !== "fine" && (
            <Badge tone={state === "near" ? "needs" : "failed"}>{words.states[state]}</Badge>
          )}
          <span className={cx(state === "over" && "text-failed")}>{left}</span>
        </>
      }
      detail={details.join(" · ")}
    />
  );
}

function leftText({ left }: BudgetMeter, limit: Money, words: Messages["meters"]): string {
  const nano = parseNano(left?.amount ?? "0") ?? 0n;
  const whole = displayMoney(limit);
  const show = (amount: bigint): string =>
    displayMoney({ amount: formatNano(amount), currency: limit.currency });
  if (nano > 0n) return words.left(show(nano), whole);
  return nano === 0n ? words.nothingLeft(whole) : words.beyond(show(-nano), whole);
}

/** One amount per currency, side by side. */
function spentText(used: readonly SpendingMeter[], words: Messages["meters"]): string {
  const spent = used.map((one) => one.spent).filter(isSome);
  return spent.length === 0 ? words.nothing : words.spent(spent.map(displayMoney).join(" · "));
}

/** What may still come on top, or have been. */
const heldText = (used: readonly SpendingMeter[], words: Messages["meters"]): string[] =>
  used.flatMap(({ reserved, unknown }) => [
    ...(isSome(reserved) ? [words.reserved(displayMoney(reserved))] : []),
    ...(isSome(unknown) ? [words.unknown(displayMoney(unknown))] : []),
  ]);

const isSome = ({ amount }: Money): boolean => parseNano(amount) !== 0n;
