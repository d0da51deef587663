import { useCallback, useState } from "react";
import {
  countingSchema,
  type MonitoringStatus,
  type MonitoringTest,
} from "../../../shared/monitoring.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { ConsoleLinks } from "../key/console-links.tsx";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Select } from "../ui/select.tsx";
import { Answered } from "./answered.tsx";
import { MonitoringForm, TestResult } from "./monitoring-form.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { SavedField } from "./saved-field.tsx";

type Source = MonitoringStatus["sources"][number];

/** Where the provider's own figures are read, by region, and from which drift on there is an alert. */
export function MonitoringSettings() {
  const { billing: words } = useMessages();
  const { client } = useServices();
  const [changes, setChanges] = useState(0);
  const answer = useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- each change asks anew
    useCallback(() => client("monitoring.status", {}), [client, changes]),
  );
  return (
    <section aria-label={words.monitoring} className="flex flex-col gap-3">
      <h3 className="pt-2 text-ui font-medium">{words.monitoring}</h3>
      <Answered answer={answer} failed={words.statusFailed}>
        {(status) => (
          <Regions
            status={status}
            onChange={() => {
              setChanges(changes + 1);
            }}
          />
        )}
      </Answered>
    </section>
  );
}

interface PartProps {
  readonly status: MonitoringStatus;
  readonly onChange: () => void;
}

function Regions({ status, onChange }: PartProps) {
  const messages = useMessages();
  const here = useApp((state) => state.settings?.region ?? "");
  const [chosen, choose] = useState<string | null>(null);
  const { sources, regions } = status;
  const first = regions.includes(here) ? here : (sources[0]?.region ?? regions[0] ?? here);
  const region = chosen ?? first;
  const source = sources.find((one) => one.region === region) ?? null;
  return (
    <>
      <Select
        label={messages.billing.region}
        value={region}
        options={regions.map((id) => ({ value: id, label: regionName(id, messages) }))}
        onChange={choose}
      />
      <SourceOf key={region} region={region} source={source} onChange={onChange} />
      <ConsoleLinks region={region} />
      {sources.length > 0 && <Threshold status={status} onChange={onChange} />}
    </>
  );
}

interface SourceOfProps {
  readonly region: string;
  readonly source: Source | null;
  readonly onChange: () => void;
}

function SourceOf({ region, source, onChange }: SourceOfProps) {
  const [replacing, setReplacing] = useState(false);
  if (source !== null && !replacing)
    return (
      <SourceCard
        source={source}
        onChange={onChange}
        onReplace={() => {
          setReplacing(true);
        }}
      />
    );
  return (
    <MonitoringForm
      region={region}
      url={source?.url ?? ""}
      onSaved={() => {
        setReplacing(false);
        onChange();
      }}
      onCancel={
        source === null
          ? null
          : () => {
              setReplacing(false);
            }
      }
    />
  );
}

interface SourceCardProps {
  readonly source: Source;
  readonly onChange: () => void;
  readonly onReplace: () => void;
}

/** What is set up; of the AccessKey only what tells it from another. */
function SourceCard({ source, onChange, onReplace }: SourceCardProps) {
  const { billing: words } = useMessages();
  const { client, attempt } = useServices();
  const [test, setTest] = useState<MonitoringTest | null>(null);
  const [busy, setBusy] = useState(false);
  const [removing, setRemoving] = useState(false);
  const { accessKey, url, region } = source;
  const run = async (): Promise<void> => {
    setBusy(true);
    setTest(null);
    try {
      setTest(await client("monitoring.test", { region }));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div className="flex flex-col gap-2 rounded-card border border-line bg-card px-3 py-2">
      <p className="selectable font-mono text-code break-all">{url}</p>
      <p className="text-ui text-secondary">
        {accessKey.present
          ? words.accessKey(accessKey.idLast4 ?? "", words.sources[accessKey.source])
          : words.noAccessKey}
      </p>
      <Counting source={source} onChange={onChange} />
      {accessKey.reason !== null && <p className="text-label text-failed">{accessKey.reason}</p>}
      {test !== null && <TestResult test={test} />}
      <div className="flex flex-wrap gap-2">
        <Button
          busy={busy}
          onClick={() => {
            attempt(run);
          }}
        >
          {words.test}
        </Button>
        <Button onClick={onReplace}>{words.replace}</Button>
        <Button
          variant="danger"
          onClick={() => {
            setRemoving(true);
          }}
        >
          {words.remove}
        </Button>
      </div>
      <RemoveDialog
        open={removing}
        words={words}
        onClose={() => {
          setRemoving(false);
        }}
        onRemove={async () => {
          await client("monitoring.remove", { region });
          onChange();
        }}
      />
    </div>
  );
}

/** The provider's documentation leaves open how its values count; who knows better than what Belay finds out says so. */
function Counting({ source, onChange }: Pick<SourceCardProps, "source" | "onChange">) {
  const { billing: words } = useMessages();
  const { client, attempt } = useServices();
  const { region, counting } = source;
  return (
    <Select
      label={words.counting}
      value={counting}
      options={countingSchema.options.map((value) => ({ value, label: words.countings[value] }))}
      onChange={(value) => {
        attempt(async () => {
          await client("monitoring.setCounting", { region, counting: value });
          onChange();
        });
      }}
    />
  );
}

function Threshold({ status, onChange }: PartProps) {
  const { billing: words } = useMessages();
  const { client, attempt } = useServices();
  return (
    <SavedField
      label={words.thresholdLabel}
      help={words.thresholdHelp}
      value={String(status.thresholdPercent)}
      check={(text) => (percentOf(text) === null ? words.thresholdInvalid : null)}
      onSave={(text) => {
        attempt(async () => {
          await client("monitoring.setThreshold", { thresholdPercent: percentOf(text) ?? 0 });
          onChange();
        });
      }}
    />
  );
}

/** "1", "0.5", "2.5%"; null for what is no percentage. */
function percentOf(text: string): number | null {
  const match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%?$/.exec(text.trim());
  const value = Number(match?.[1] ?? Number.NaN);
  return value >= 0 && value <= 100 ? value : null;
}
