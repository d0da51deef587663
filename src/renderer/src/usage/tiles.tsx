import type { ReactNode } from "react";
import { CircleHelp } from "lucide-react";
import { converted } from "../../../shared/display-rate.ts";
import { displayMoney, type Money } from "../../../shared/money.ts";
import type { UsageFigures } from "../../../shared/usage-panel.ts";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { durationText, moneyText, shareText, tokensText } from "./figures-text.ts";

/** The sums that one looks for first, and what is in none of them. */
export function Tiles({ total }: { readonly total: UsageFigures }) {
  const { usage: words } = useMessages();
  const failed = total.failed + total.lost;
  return (
    <div className="flex flex-col gap-2">
      <dl className="grid grid-cols-6 gap-px overflow-hidden rounded-card border border-line bg-line">
        <Tile
          name={words.cost}
          detail={total.retriedCalls > 0 ? words.retriedOf(total.retriedCalls) : ""}
        >
          {total.cost.length === 0
            ? words.noCost
            : total.cost.map((money) => (
                <span key={money.currency} className="block">
                  {displayMoney(money)}
                </span>
              ))}
          <Converted amounts={total.cost} />
        </Tile>
        <Tile
          name={words.requests}
          detail={failed === 0 ? words.noneFailed : words.failedOf(failed)}
        >
          {total.calls.toLocaleString("en")}
        </Tile>
        <Tile name={words.input} detail={words.cachedOf(tokensText(total.cachedTokens))}>
          {tokensText(total.inputTokens)}
        </Tile>
        <Tile name={words.cacheShare} detail={words.cacheShareDetail}>
          {shareText(total.cachedTokens, total.inputTokens) ?? words.noCost}
        </Tile>
        <Tile name={words.output} detail={words.reasoningOf(tokensText(total.reasoningTokens))}>
          {tokensText(total.outputTokens)}
        </Tile>
        <Tile name={words.firstToken} detail={words.firstTokenDetail}>
          {total.firstTokenMs === null ? (
            words.noCost
          ) : (
            <>
              {durationText(total.firstTokenMs.p50)}
              <span className="text-ui font-normal text-secondary">
                {` · ${durationText(total.firstTokenMs.p95)}`}
              </span>
            </>
          )}
        </Tile>
      </dl>
      <Apart total={total} />
    </div>
  );
}

/** All of it in the currency that the person reads, by their own rate. */
function Converted({ amounts }: { readonly amounts: readonly Money[] }) {
  const { usage: words } = useMessages();
  const rate = useApp(({ settings }) => settings?.displayRate ?? null);
  const currency = useApp(({ settings }) => settings?.displayCurrency ?? null);
  if (rate === null || currency === null) return null;
  const sum = converted(amounts, { currency, cnyPerUsd: rate });
  return sum === null ? null : (
    <span className="block text-ui font-normal text-secondary" title={words.convertedAt(rate)}>
      {words.converted(displayMoney(sum))}
    </span>
  );
}

interface TileProps {
  readonly name: string;
  readonly detail: string;
  readonly children: ReactNode;
}

function Tile({ name, detail, children }: TileProps) {
  return (
    <div className="flex min-w-0 flex-col bg-card px-3 py-2">
      <dt className="truncate text-label text-secondary">{name}</dt>
      <dd className="selectable truncate text-title font-semibold tabular-nums">{children}</dd>
      <dd className="truncate text-meta text-muted tabular-nums" title={detail}>
        {detail}
      </dd>
    </div>
  );
}

/** What is not known is said beside the sums, never in them. */
function Apart({ total }: { readonly total: UsageFigures }) {
  const { usage: words } = useMessages();
  const unpriced = total.unpricedCalls - total.unknownCalls;
  const lines = [
    ...(total.unknownCalls === 0
      ? []
      : [
          `${words.unknown(total.unknownCalls)}: ${words.unknownAtMost(
            total.unknownTokens === 0 ? null : tokensText(total.unknownTokens),
            moneyText(total.unknownMaximum),
          )}`,
        ]),
    ...(unpriced > 0 ? [words.unpriced(unpriced)] : []),
  ];
  return lines.map((line) => (
    <p key={line} className="flex items-center gap-2 px-1 text-label text-secondary">
      <CircleHelp className="icon text-muted" aria-hidden />
      {line}
    </p>
  ));
}
