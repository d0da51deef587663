import { useState } from "react";
import { CircleCheck, CircleX } from "lucide-react";
import type { MonitoringTest } from "../../../shared/monitoring.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { TextField } from "../ui/text-field.tsx";

export interface MonitoringFormProps {
  readonly region: string;
  readonly url: string;
  readonly onSaved: () => void;
  /** null where there is nothing to go back to. */
  readonly onCancel: (() => void) | null;
}

interface Entry {
  readonly url: string;
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
}

/** Address and AccessKey. They are tried first, and kept when something answers; the secret never comes back. */
export function MonitoringForm({ region, url, onSaved, onCancel }: MonitoringFormProps) {
  const { billing: words } = useMessages();
  const hasKeychain = useApp((state) => state.key?.keychain.available ?? true);
  const [entry, setEntry] = useState<Entry>({ url, accessKeyId: "", accessKeySecret: "" });
  const [forRunOnly, setForRunOnly] = useState(false);
  const persist = hasKeychain && !forRunOnly ? "keychain" : "memory";
  const { state, run } = useSetUp({ region, persist, onSaved });
  const isComplete = Object.values(entry).every((text) => text.trim() !== "");
  const field = (name: keyof Entry) => ({
    value: entry[name],
    onChange: (event: { readonly target: { readonly value: string } }) => {
      setEntry({ ...entry, [name]: event.target.value });
    },
  });
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && state.stage !== "asking") run(entry);
      }}
    >
      <p className="text-label text-muted">{words.monitoringDetail}</p>
      <TextField label={words.url} mono placeholder={words.urlExample} {...field("url")} />
      <TextField label={words.accessKeyId} mono {...field("accessKeyId")} />
      <TextField
        label={words.accessKeySecret}
        type="password"
        mono
        help={hasKeychain ? words.secretHelp : null}
        {...field("accessKeySecret")}
      />
      {hasKeychain && (
        <Checkbox label={words.thisRunOnly} checked={forRunOnly} onChange={setForRunOnly} />
      )}
      {state.stage === "failed" && (
        <p role="alert" className="text-ui text-failed">
          {state.reason}
        </p>
      )}
      {state.stage === "tested" && <TestResult test={state.test} />}
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          disabled={!isComplete}
          busy={state.stage === "asking"}
        >
          {words.save}
        </Button>
        {onCancel !== null && <Button onClick={onCancel}>{words.cancel}</Button>}
      </div>
    </form>
  );
}

type SetUpState =
  | { readonly stage: "idle" | "asking" }
  | { readonly stage: "failed"; readonly reason: string }
  | { readonly stage: "tested"; readonly test: MonitoringTest };

interface SetUpOptions extends Pick<MonitoringFormProps, "region" | "onSaved"> {
  readonly persist: "keychain" | "memory";
}

function useSetUp({ region, persist, onSaved }: SetUpOptions): {
  readonly state: SetUpState;
  readonly run: (entry: Entry) => void;
} {
  const { billing: words } = useMessages();
  const { client, explain, toasts } = useServices();
  const [state, setState] = useState<SetUpState>({ stage: "idle" });
  const ask = async (entry: Entry): Promise<void> => {
    setState({ stage: "asking" });
    try {
      const { test, kept, keptReason } = await client("monitoring.setUp", {
        region,
        url: entry.url.trim(),
        accessKeyId: entry.accessKeyId.trim(),
        accessKeySecret: entry.accessKeySecret.trim(),
        persist,
      });
      setState({ stage: "tested", test });
      if (kept === null) return;
      toasts.show(
        [words.saved(words.sources[kept]), ...(keptReason === null ? [] : [keptReason])].join(". "),
      );
      onSaved();
    } catch (error) {
      setState({ stage: "failed", reason: explain(error) });
    }
  };
  return { state, run: (entry) => void ask(entry) };
}

/** What a test found, and what to do about it. */
export function TestResult({ test }: { readonly test: MonitoringTest }) {
  const { billing: words } = useMessages();
  const isGood = test.outcome === "works" || test.outcome === "empty";
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <output className="selectable flex gap-2 text-ui">
      <Icon className={`icon mt-0.5 shrink-0 ${isGood ? "text-ok" : "text-failed"}`} aria-hidden />
      <span className="flex min-w-0 flex-col">
        <span>{words.outcomes[test.outcome]}</span>
        <span className="text-label break-words text-secondary">
          {test.outcome === "works" ? words.found(test.series, test.models.length) : test.message}
        </span>
      </span>
    </output>
  );
}
