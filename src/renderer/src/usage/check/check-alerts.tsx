import type { ReactNode } from "react";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { Reconciliation } from "../../../../shared/monitoring.ts";
import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { useLanguage } from "../use-language.ts";
import {
  keyText,
  percentText,
  periodText,
  signed,
  stateText,
  type CheckGrain,
} from "./check-text.ts";
import type { RowChoice } from "./check-table.tsx";

type Alert = Reconciliation["alerts"][number];

export interface CheckAlertsProps {
  readonly alerts: readonly Alert[];
  readonly grain?: CheckGrain | undefined;
  readonly onShow: (rows: RowChoice) => void;
  /** Further alerts, as list items. */
  readonly others?: readonly ReactNode[];
}

/** What passes the threshold, in words; each leads to its hours. */
export function CheckAlerts({ alerts, grain, onShow, others }: CheckAlertsProps) {
  const { billing: words } = useMessages();
  if (alerts.length + (others?.length ?? 0) === 0)
    return (
      <p className="flex items-center gap-2 px-1 text-label text-secondary">
        <CircleCheck className="icon text-ok" aria-hidden />
        {words.noAlerts}
      </p>
    );
  return (
    <section aria-label={words.alerts} className="rounded-card border border-line bg-card">
      <h3 className="flex h-8 items-center px-3 text-label font-medium text-secondary">
        {words.alerts}
      </h3>
      <ul>
        {alerts.map((alert) => (
          <AlertRow
            key={JSON.stringify([alert.state, alert.model, alert.workspaceId, alert.key])}
            alert={alert}
            grain={grain}
            onShow={onShow}
          />
        ))}
        {others}
      </ul>
    </section>
  );
}

function AlertRow({
  alert,
  grain,
  onShow,
}: { readonly alert: Alert } & Pick<CheckAlertsProps, "grain" | "onShow">) {
  const messages = useMessages();
  const { billing: words, bill } = messages;
  const language = useLanguage();
  const { state, model, workspaceId, key, hours, firstHour, lastHour, drift } = alert;
  const said = stateText(state, grain, messages);
  const isDaily = grain?.period === "day";
  const of = `${said.name}, ${model}`;
  const first = periodText(firstHour, language, grain);
  const when = hours === 1 ? first : `${first} – ${periodText(lastHour, language, grain)}`;
  const where = [
    ...(workspaceId === null ? [] : [visibleString(workspaceId)]),
    keyText(key, words),
  ].filter((text) => text !== "");
  return (
    <li className="flex gap-2 border-t border-line px-3 py-2">
      <TriangleAlert className="icon mt-0.5 text-failed" aria-hidden />
      <div className="flex min-w-0 flex-1 flex-col">
        <p className="flex min-w-0 items-baseline gap-2 text-ui">
          <button
            type="button"
            className="shrink-0 rounded-control font-medium hover:text-accent"
            aria-label={isDaily ? bill.showDay(of) : words.showRows(of)}
            onClick={() => {
              onShow(state);
            }}
          >
            {said.name}
          </button>
          <span className="min-w-0 truncate text-secondary" title={visibleString(model)}>
            {visibleString(model)}
          </span>
        </p>
        <p className="text-label text-secondary">{said.detail}</p>
        <p className="truncate text-label text-muted tabular-nums">
          {[isDaily ? bill.days(hours) : words.alertHours(hours), when, ...where].join(" · ")}
        </p>
      </div>
      <p className="selectable shrink-0 text-right text-ui tabular-nums">
        <span className="block font-medium text-failed">{percentText(drift)}</span>
        <span className="block text-label text-muted">{words.tokens(signed(drift.tokens))}</span>
      </p>
    </li>
  );
}
