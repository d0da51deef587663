import { useCallback } from "react";
import { CircleCheck, TriangleAlert } from "lucide-react";
import type { DoctorItem } from "../../../shared/app.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { Answered } from "./answered.tsx";

/** The version, and what works on this computer with the remedy for what does not. */
export function AboutPage() {
  const { settings } = useMessages();
  const info = useApp((state) => state.info);
  return (
    <>
      {info !== null && (
        <p className="selectable text-ui text-secondary">
          {settings.version(info.version, info.electron)}
        </p>
      )}
      <section className="flex flex-col gap-1">
        <h3 className="text-label font-medium text-secondary">{settings.checks}</h3>
        <Checks />
      </section>
    </>
  );
}

function Checks() {
  const { settings } = useMessages();
  const { client } = useServices();
  const answer = useAnswer(useCallback(() => client("app.doctor", {}), [client]));
  return (
    <Answered answer={answer} failed={settings.checksFailed}>
      {({ items }) => (
        <ul className="flex flex-col divide-y divide-line rounded-card border border-line bg-card">
          {items.map((item) => (
            <Check key={item.name} item={item} />
          ))}
        </ul>
      )}
    </Answered>
  );
}

function Check({ item }: { readonly item: DoctorItem }) {
  const { settings } = useMessages();
  const Icon = item.ok ? CircleCheck : TriangleAlert;
  return (
    <li className="flex gap-2 px-3 py-2">
      <Icon
        className={`icon mt-0.5 ${item.ok ? "text-ok" : "text-needs"}`}
        aria-label={item.ok ? settings.checkOk : settings.checkFailed}
      />
      <div className="selectable flex min-w-0 flex-col">
        <span className="text-ui">{item.name}</span>
        <span className="text-label break-words text-secondary">{item.detail}</span>
        {item.remedy !== null && (
          <span className="text-label break-words text-primary">{item.remedy}</span>
        )}
      </div>
    </li>
  );
}
