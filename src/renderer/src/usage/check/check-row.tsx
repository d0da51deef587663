import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { Badge } from "../../ui/badge.tsx";
import { cx } from "../../ui/cx.ts";
import type { CallChoice } from "../call-list.tsx";
import { useLanguage } from "../use-language.ts";
import { CostCell } from "./cost-cell.tsx";
import {
  exact,
  isCompared,
  keyText,
  percentText,
  periodText,
  signed,
  stateText,
  toneOf,
  type CheckGrain,
  type CheckRow,
} from "./check-text.ts";

export interface CheckRowViewProps {
  readonly row: CheckRow;
  readonly region: string;
  readonly grain: CheckGrain | undefined;
  readonly hasCosts: boolean;
  readonly onShowCalls: (calls: CallChoice) => void;
}

const cell = "py-1.5 pl-3 align-top";
const hourMs = 3_600_000;

/** One hour or day of one model, workspace and key. */
export function CheckRowView(props: CheckRowViewProps) {
  const { row, region, grain, hasCosts, onShowCalls } = props;
  const messages = useMessages();
  const { billing: words, usage } = messages;
  const language = useLanguage();
  const { hour, model, state, alert, drift } = row;
  const when = periodText(hour, language, grain);
  const name = visibleString(model);
  const text = stateText(state, grain, messages);
  const show = (): void => {
    const lasts = grain?.period === "day" ? 24 * hourMs : hourMs;
    const until = new Date(Date.parse(hour) + lasts).toISOString();
    const { fingerprint } = row.key;
    // A file without keys puts all of them into one row.
    const isOfKey = fingerprint !== null && grain?.keys !== false;
    const filter = {
      region,
      since: hour,
      until,
      ...(model === "" ? {} : { model }),
      ...(isOfKey ? { keyFingerprint: fingerprint } : {}),
    };
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
      <Whose row={row} grain={grain} />
      <Counted counted={row.ours} />
      <Counted counted={row.theirs} hasCalls={grain?.calls ?? true} />
      <td className={cx(cell, "text-right whitespace-nowrap")}>
        <span className={cx("block", alert && "font-medium text-failed")}>
          {(isCompared(row) && percentText(drift)) || usage.noCost}
        </span>
        <span className="block text-meta text-muted">{signed(drift.tokens)}</span>
      </td>
      {hasCosts && <CostCell costs={row.costs ?? []} className={cell} />}
      <td className={cx(cell, "pr-3 pl-4 whitespace-nowrap")}>
        <Badge tone={toneOf(row)} title={text.detail}>
          {text.name}
        </Badge>
      </td>
    </tr>
  );
}

/** Model, workspace and key; what does not fit is in full in the title. */
function Whose({ row, grain }: Pick<CheckRowViewProps, "row" | "grain">) {
  const { billing: words, usage } = useMessages();
  const { workspaceId, key } = row;
  const name = visibleString(row.model);
  const keyName = keyText(key, words);
  const model = (
    <td className={cx(cell, "w-full max-w-0 min-w-36")}>
      <span className="block truncate" title={name}>
        {name}
      </span>
    </td>
  );
  if (grain !== undefined && !grain.keys) return grain.models ? model : null;
  return (
    <>
      {(grain?.models ?? true) && model}
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
function Counted({
  counted,
  hasCalls = true,
}: {
  readonly counted: CheckRow["ours"] | CheckRow["theirs"];
  readonly hasCalls?: boolean;
}) {
  const { billing: words } = useMessages();
  return (
    <td className={cx(cell, "text-right whitespace-nowrap")}>
      {counted === null ? (
        <span className="text-muted">{words.noCalls}</span>
      ) : (
        <>
          <span className="block">{exact(counted.tokens)}</span>
          {hasCalls && (
            <span className="block text-meta text-muted">{words.calls(counted.calls)}</span>
          )}
        </>
      )}
    </td>
  );
}
