import type { CacheReport, CacheVerdict } from "../../../shared/context.ts";
import { displayMoney } from "../../../shared/money.ts";
import { useMessages } from "../messages/messages.tsx";
import { moneyText, shareText, tokensText } from "../usage/figures-text.ts";
import { causeName, causeText } from "./cause-text.ts";

/** What the cache did for one request, what that cost, and why. */
export function VerdictFacts({ verdict }: { readonly verdict: CacheVerdict }) {
  const messages = useMessages();
  const words = messages.context;
  const { status, hitShare, missedTokens, lost, causes } = verdict;
  return (
    <section aria-label={words.cache} className="flex flex-col gap-2">
      <h3 className="text-ui font-medium text-primary">{words.cache}</h3>
      <Facts
        share={hitShare === null ? null : shareText(hitShare, 1)}
        missed={missedTokens}
        lost={lost === null ? null : displayMoney(lost)}
        isPriceUnknown={status === "miss" && lost === null}
      />
      <div className="selectable flex flex-col gap-1 text-ui text-pretty text-secondary">
        <p className={status === "miss" ? "text-needs" : "text-primary"}>{words.status[status]}</p>
        {causes.map((cause) => (
          <p key={cause.cause} className="wrap-anywhere">
            {causeText(cause, messages)}
          </p>
        ))}
      </div>
    </section>
  );
}

interface FactsProps {
  readonly share: string | null;
  readonly missed: number | null;
  readonly lost: string | null;
  readonly isPriceUnknown?: boolean;
}

function Facts({ share, missed, lost, isPriceUnknown = false }: FactsProps) {
  const { context: words, common } = useMessages();
  const facts = [
    { name: words.hitShare, detail: words.hitShareDetail, value: share },
    {
      name: words.missed,
      detail: words.missedDetail,
      value: missed === null ? null : tokensText(missed),
    },
    {
      name: words.lost,
      detail: words.lostDetail,
      value: isPriceUnknown ? common.costUnknown : lost,
    },
  ];
  return (
    <dl className="grid grid-cols-3 gap-3">
      {facts.map(({ name, detail, value }) => (
        <div
          key={name}
          title={detail}
          className="rounded-card border border-line bg-card px-3 py-2"
        >
          <dt className="text-label text-secondary">{name}</dt>
          <dd className="text-title font-medium text-primary tabular-nums">
            {value ?? words.none}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** The caches over the requests of a session: what they gave, and what each cause took. */
export function CacheSummary({ report }: { readonly report: CacheReport }) {
  const messages = useMessages();
  const words = messages.context;
  const { inputTokens, cachedTokens, missedTokens, lost, unknownCalls, groups } = report;
  return (
    <section aria-label={words.cacheOfSession} className="flex flex-col gap-2">
      <h3 className="text-ui font-medium text-primary">{words.cacheOfSession}</h3>
      <Facts
        share={shareText(cachedTokens, inputTokens)}
        missed={missedTokens}
        lost={lost.length === 0 ? words.none : moneyText(lost)}
      />
      <table className="selectable w-full text-label tabular-nums">
        <thead>
          <tr className="text-muted">
            <th scope="col" className="py-1 text-left font-medium">
              {words.cause}
            </th>
            {[words.requests, words.missed, words.lost].map((text) => (
              <th
                key={text}
                scope="col"
                className="py-1 pl-3 text-right font-medium whitespace-nowrap"
              >
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {groups.map((group) => (
            <CauseRow key={`${group.status} ${group.cause ?? ""}`} group={group} />
          ))}
        </tbody>
      </table>
      {unknownCalls > 0 && (
        <p className="text-label text-secondary">{words.unknownCalls(unknownCalls)}</p>
      )}
    </section>
  );
}

function CauseRow({ group }: { readonly group: CacheReport["groups"][number] }) {
  const messages = useMessages();
  const words = messages.context;
  const { calls, missedTokens, lost, unpricedCalls } = group;
  const cell = "py-1 pl-3 text-right whitespace-nowrap";
  const cost = [
    ...(lost.length === 0 ? [] : [moneyText(lost)]),
    ...(unpricedCalls === 0 ? [] : [words.unpriced(unpricedCalls)]),
  ];
  return (
    <tr className="border-t border-line">
      <th scope="row" className="w-full max-w-0 truncate py-1 text-left font-normal">
        {causeName(group, messages)}
      </th>
      <td className={cell}>{calls.toLocaleString("en")}</td>
      <td className={cell}>{missedTokens === 0 ? words.none : tokensText(missedTokens)}</td>
      <td className={cell}>{cost.length === 0 ? words.none : cost.join(" · ")}</td>
    </tr>
  );
}
