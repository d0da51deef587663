import { useCallback, useState } from "react";
import { displayMoney, type Currency } from "../../../shared/money.ts";
import type {
  UsageDimension,
  UsageFilter,
  UsageGroupPage,
  UsageGroupRow,
} from "../../../shared/usage-panel.ts";
import { folderName } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { regionName } from "../key/regions.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Toolbar } from "../ui/toolbar.tsx";
import type { CallChoice } from "./call-list.tsx";
import { durationText, shareText, tokensText } from "./figures-text.ts";
import { filterOfRow, type Scope } from "./usage-scope.ts";

const dimensions: Readonly<Record<Scope, readonly UsageDimension[]>> = {
  session: ["model", "region", "day"],
  project: ["model", "session", "region", "day"],
  all: ["model", "workspace", "session", "region", "day"],
};

export interface GroupTableProps {
  readonly filter: UsageFilter;
  readonly scope: Scope;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** The same figures by model, session and so on, dearest first; a row leads to its requests. */
export function GroupTable({ filter, scope, onShowCalls }: GroupTableProps) {
  const { usage: words } = useMessages();
  const { client } = useServices();
  const [chosen, choose] = useState<UsageDimension>("model");
  const by = dimensions[scope].includes(chosen) ? chosen : "model";
  const [first, setFirst] = useState(firstRows);
  const { value } = useAnswer(
    useCallback(
      async () => ({ by, page: await client("usage.groups", { filter, by, first }) }),
      [client, filter, by, first],
    ),
  );
  return (
    <section aria-label={words.by} className="rounded-card border border-line bg-card">
      <Toolbar label={words.by} className="border-b border-line p-1">
        {dimensions[scope].map((dimension) => (
          <button
            key={dimension}
            type="button"
            aria-pressed={dimension === by}
            onClick={() => {
              choose(dimension);
              setFirst(firstRows);
            }}
            className="h-7 rounded-control px-2 text-label text-secondary hover:bg-hover hover:text-primary aria-pressed:bg-hover aria-pressed:text-primary"
          >
            {words.dimensions[dimension]}
          </button>
        ))}
      </Toolbar>
      {value?.by === by && (
        <Rows
          by={by}
          page={value.page}
          first={first}
          onMore={() => {
            setFirst(first + moreRows);
          }}
          filter={filter}
          onShowCalls={onShowCalls}
        />
      )}
    </section>
  );
}

/** So many at first, and so many more at a press: a month has thousands of sessions. */
const firstRows = 12;
const moreRows = 200;

interface RowsProps extends Pick<GroupTableProps, "filter" | "onShowCalls"> {
  readonly by: UsageDimension;
  readonly page: UsageGroupPage;
  readonly first: number;
  readonly onMore: () => void;
}

function Rows({ by, page, first, onMore, filter, onShowCalls }: RowsProps) {
  const messages = useMessages();
  const { currencies, groups } = page;
  const shown = page.rows.slice(0, first);
  return (
    <>
      <table className="selectable w-full text-label tabular-nums">
        <Head by={by} currencies={currencies} />
        <tbody>
          {shown.map((row) => (
            <Row
              key={row.key}
              row={row}
              name={nameOf(row, by, messages)}
              currencies={currencies}
              onShow={(label) => {
                onShowCalls({ label, filter: filterOfRow(filter, by, row.key) });
              }}
            />
          ))}
        </tbody>
      </table>
      {groups > shown.length && (
        <Button variant="plain" className="m-1" onClick={onMore}>
          {messages.usage.more(Math.min(moreRows, groups - shown.length))}
        </Button>
      )}
    </>
  );
}

interface HeadProps {
  readonly by: UsageDimension;
  readonly currencies: readonly Currency[];
}

function Head({ by, currencies }: HeadProps) {
  const { usage: words } = useMessages();
  const head = "py-1.5 pl-3 text-right font-medium whitespace-nowrap";
  return (
    <thead>
      <tr className="text-left text-muted">
        <th scope="col" className="py-1.5 pl-3 font-medium">
          {words.dimensions[by]}
        </th>
        {currencies.map((currency) => (
          <th key={currency} scope="col" className={head}>
            {currencies.length === 1 ? words.cost : words.costIn(currency)}
          </th>
        ))}
        {[words.requests, words.ends.failed, words.input, words.cacheShare, words.output].map(
          (text) => (
            <th key={text} scope="col" className={head}>
              {text}
            </th>
          ),
        )}
        <th scope="col" className={cx(head, "pr-3")} title={words.firstTokenDetail}>
          {words.firstToken}
        </th>
      </tr>
    </thead>
  );
}

interface RowProps {
  readonly row: UsageGroupRow;
  readonly name: string;
  readonly currencies: readonly Currency[];
  readonly onShow: (label: string) => void;
}

function Row({ row, name, currencies, onShow }: RowProps) {
  const { usage: words } = useMessages();
  const failed = row.failed + row.lost;
  const cell = "py-1.5 pl-3 text-right whitespace-nowrap";
  return (
    <tr className="border-t border-line hover:bg-hover">
      <th scope="row" className="w-full max-w-0 py-1.5 pl-3 text-left font-normal">
        <button
          type="button"
          title={row.title === null ? row.key : name}
          aria-label={words.showRequests(name)}
          className="block w-full truncate rounded-control text-left hover:text-accent"
          onClick={() => {
            onShow(name);
          }}
        >
          {name}
        </button>
      </th>
      {currencies.map((currency) => {
        const money = row.cost.find((one) => one.currency === currency);
        return (
          <td key={currency} className={cx(cell, "font-medium")}>
            {money === undefined ? words.noCost : displayMoney(money)}
          </td>
        );
      })}
      <td className={cell}>{row.calls.toLocaleString("en")}</td>
      <td className={cx(cell, failed > 0 && "text-failed")}>
        {failed === 0 ? words.noCost : failed}
      </td>
      <td className={cell}>{tokensText(row.inputTokens)}</td>
      <td className={cell}>{shareText(row.cachedTokens, row.inputTokens) ?? words.noCost}</td>
      <td className={cell}>{tokensText(row.outputTokens)}</td>
      <td className={cx(cell, "pr-3")}>
        {row.firstTokenMs === null
          ? words.noCost
          : `${durationText(row.firstTokenMs.p50)} · ${durationText(row.firstTokenMs.p95)}`}
      </td>
    </tr>
  );
}

function nameOf(row: UsageGroupRow, by: UsageDimension, messages: Messages): string {
  switch (by) {
    case "session":
      return visibleString(row.title ?? row.key);
    case "workspace":
      return visibleString(folderName(row.key));
    case "region":
      return regionName(row.key, messages);
    case "model":
    case "day":
      return visibleString(row.key);
  }
}
