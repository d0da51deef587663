import { useCallback } from "react";
import { repairSchema } from "../../../shared/events.ts";
import type { ModelHealth } from "../../../shared/model-health.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Answered } from "./answered.tsx";

/** How each model makes its tool calls, by endpoint: what failed, was malformed or had to be put right. */
export function HealthPage() {
  const { settings } = useMessages();
  const { client } = useServices();
  const answer = useAnswer(useCallback(() => client("model.health", {}), [client]));
  return (
    <Answered answer={answer} failed={settings.healthFailed}>
      {(rows) => (
        <>
          <p className="text-ui text-secondary">{settings.healthIntro}</p>
          {rows.length === 0 ? (
            <p className="text-ui text-muted">{settings.healthNone}</p>
          ) : (
            <HealthTable rows={rows} />
          )}
        </>
      )}
    </Answered>
  );
}

const figures = ["calls", "failed", "malformed"] as const;

function HealthTable({ rows }: { readonly rows: readonly ModelHealth[] }) {
  const { settings } = useMessages();
  const { healthColumns: columns } = settings;
  return (
    <table className="selectable w-full text-ui">
      <thead>
        <tr className="border-b border-line text-left text-label text-muted">
          <th scope="col" className="py-1 font-medium">
            {columns.model}
          </th>
          {figures.map((figure) => (
            <th key={figure} scope="col" className="py-1 pl-3 text-right font-medium">
              {columns[figure]}
            </th>
          ))}
          <th scope="col" className="py-1 pl-3 text-right font-medium">
            {columns.repaired}
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <HealthRow key={`${row.model} ${row.region} ${row.protocol}`} row={row} />
        ))}
      </tbody>
    </table>
  );
}

function HealthRow({ row }: { readonly row: ModelHealth }) {
  const messages = useMessages();
  const { healthRepairs: words } = messages.settings;
  const kinds = repairSchema.options.flatMap((kind) => {
    const count = row.repairs[kind] ?? 0;
    return count === 0 ? [] : [`${words[kind]} ${count}`];
  });
  return (
    <tr className="border-b border-line align-top">
      <th scope="row" className="py-1.5 text-left font-normal">
        <span className="wrap-anywhere">{row.model}</span>
        <span className="block text-label text-muted">
          {regionName(row.region, messages)} · {messages.endpoint.protocols[row.protocol]}
        </span>
      </th>
      {figures.map((figure) => (
        <td key={figure} className="py-1.5 pl-3 text-right">
          {row[figure]}
        </td>
      ))}
      <td className="py-1.5 pl-3 text-right">
        {kinds.length === 0
          ? 0
          : kinds.map((text) => (
              <span key={text} className="block">
                {text}
              </span>
            ))}
      </td>
    </tr>
  );
}
