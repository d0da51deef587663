import { useCallback, useState } from "react";
import type { TelemetryStatus } from "../../../shared/telemetry.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { Answered } from "./answered.tsx";
import { TelemetryCard } from "./telemetry-card.tsx";
import { TelemetryForm } from "./telemetry-form.tsx";

/** The export of usage and cost to a collector that a team runs: off until one is set up here. */
export function TelemetrySettings() {
  const { telemetry: words } = useMessages();
  const { client } = useServices();
  const [changed, setChanged] = useState<TelemetryStatus | null>(null);
  const answer = useAnswer(useCallback(() => client("telemetry.status", {}), [client]));
  return (
    <section aria-label={words.title} className="flex flex-col gap-3">
      <h3 className="pt-2 text-ui font-medium">{words.title}</h3>
      <p className="text-label text-muted">{words.detail}</p>
      <Answered answer={answer} failed={words.statusFailed}>
        {(first) => <Collector status={changed ?? first} onChange={setChanged} />}
      </Answered>
    </section>
  );
}

interface CollectorProps {
  readonly status: TelemetryStatus;
  readonly onChange: (status: TelemetryStatus) => void;
}

function Collector({ status, onChange }: CollectorProps) {
  const { client } = useServices();
  const [replacing, setReplacing] = useState(false);
  const { setUp } = status;
  if (setUp !== null && !replacing)
    return (
      <TelemetryCard
        setUp={setUp}
        onChange={onChange}
        onReplace={() => {
          setReplacing(true);
        }}
      />
    );
  return (
    <TelemetryForm
      status={status}
      onSaved={async () => {
        onChange(await client("telemetry.status", {}));
        setReplacing(false);
      }}
      onCancel={
        setUp === null
          ? null
          : () => {
              setReplacing(false);
            }
      }
    />
  );
}
