import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { Badge } from "../../ui/badge.tsx";
import { cx } from "../../ui/cx.ts";
import type { CallChoice } from "../call-list.tsx";
import { useLanguage } from "../use-language.ts";
import {
  exact,
  hourText,
  isCompared,
  keyText,
  percentText,
  signed,
  toneOf,
  type CheckRow,
} from "./check-text.ts";

export interface CheckRowViewProps {
  readonly row: CheckRow;
  readonly region: string;
  readonly onShowCalls: (calls: CallChoice) => void;
}

const cell = "py-1.5 pl-3 align-top";

/** One hour of one model, workspace and key. */
export function CheckRowView({ row, region, onShowCalls }: CheckRowViewProps) {
  const { billing: words, usage } = useMessages();
  const language = useLanguage();
  const { hour, model, state, alert, drift } = row;
  const when = hourText(hour, language);
  const name = visibleString(model);
  const show = (): void => {
    const until = new Date(Date.parse(hour) + 3_600_000).toISOString();
    const filter = { region, model, since: hour, until };
    onShowCalls({ label: words.callsOf(when, name), filter });
  };
  return (
    <tr className="border-t border-line hover:bg-hover">
      <th scope="row" className={cx(cell, "text-left font-normal whitespace-nowrap")}>
        {row.ours === null ? (
          when
        ) : (
          <button
            type="button"
            className="rounded-control hover:text-accent"
            aria-label={words.showCalls(when, name)}
            onClick={show}
          >
            {when}
          </button>
        )}
      </th>
      <Whose row={row} />
      <Counted counted={row.ours} />
      <Counted counted={row.theirs} />
      <td className={cx(cell, "text-right whitespace-nowrap")}>
        <span className={cx("block", alert && "font-medium text-failed")}>
          {(isCompared(row) && percentText(drift)) || usage.noCost}
        </span>
        <span className="block text-meta text-muted">{signed(drift.tokens)}</span>
      </td>
      <td className={cx(cell, "pr-3 pl-4 whitespace-nowrap")}>
        <Badge tone={toneOf(row)} title={words.stateDetails[state]}>
          {words.states[state]}
        </Badge>
      </td>
    </tr>
  );
}

/** Model, workspace and key; what does not fit is in full in the title. */
function Whose({ row }: { readonly row: CheckRow }) {
  const { billing: words, usage } = useMessages();
  const { workspaceId, key } = row;
  const name = visibleString(row.model);
  const keyName = keyText(key, words);
  return (
    <>
      <td className={cx(cell, "w-full max-w-0 min-w-36")}>
        <span className="block truncate" title={name}>
          {name}
        </span>
      </td>
      <td className={cx(cell, "max-w-36")}>
        <span className="block truncate text-secondary" title={workspaceId ?? undefined}>
          {workspaceId === null ? usage.noCost : visibleString(workspaceId)}
        </span>
      </td>
      <td className={cx(cell, "max-w-40")}>
        <span
          className="block truncate text-secondary"
          title={key.link === null ? keyName : `${keyName}, ${words.keyLinks[key.link]}`}
        >
          {keyName}
        </span>
      </td>
    </>
  );
}

/** Tokens, with the calls below. */
function Counted({ counted }: { readonly counted: CheckRow["ours"] | CheckRow["theirs"] }) {
  const { billing: words } = useMessages();
  return (
    <td className={cx(cell, "text-right whitespace-nowrap")}>
      {counted === null ? (
        <span className="text-muted">{words.noCalls}</span>
      ) : (
        <>
          <span className="block">{exact(counted.tokens)}</span>
          <span className="block text-meta text-muted">{words.calls(counted.calls)}</span>
        </>
      )}
    </td>
  );
}
