import { useState } from "react";
import type { Input } from "../../../shared/contract.ts";
import type { ExportResult, TelemetryStatus } from "../../../shared/telemetry.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { ExportOutcome } from "./export-outcome.tsx";

type HeaderFrom = Input<"telemetry.setUp">["header"]["from"];

interface Entry {
  readonly endpoint: string;
  readonly from: HeaderFrom;
  readonly name: string;
  readonly value: string;
}

type FieldOf = (name: "endpoint" | "name" | "value") => {
  readonly value: string;
  readonly onChange: (event: { readonly target: { readonly value: string } }) => void;
};

export interface TelemetryFormProps {
  readonly status: TelemetryStatus;
  readonly onSaved: () => Promise<void>;
  /** null where there is nothing to go back to. */
  readonly onCancel: (() => void) | null;
}

/** Address and header of a collector. They are tried first, and kept when they are taken; a header's value never comes back. */
export function TelemetryForm({ status, onSaved, onCancel }: TelemetryFormProps) {
  const { telemetry: words } = useMessages();
  const hasKeychain = useApp((state) => state.key?.keychain.available ?? true);
  const [entry, setEntry] = useState<Entry>(() => firstEntry(status));
  const [forRunOnly, setForRunOnly] = useState(false);
  const persist = hasKeychain && !forRunOnly ? "keychain" : "memory";
  const { state, run } = useSetUp(persist, onSaved);
  const isTyped = entry.from === "typed";
  const isComplete =
    entry.endpoint.trim() !== "" &&
    (!isTyped || (entry.name.trim() !== "" && entry.value.trim() !== ""));
  const field: FieldOf = (name) => ({
    value: entry[name],
    onChange: (event) => {
      setEntry({ ...entry, [name]: event.target.value });
    },
  });
  const setFrom = (from: HeaderFrom): void => {
    setEntry({ ...entry, from });
  };
  return (
    <form
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isComplete && state.stage !== "asking") run(entry);
      }}
    >
      <EndpointField
        offered={status.offered.endpoint}
        field={field("endpoint")}
        onTake={(endpoint) => {
          const from = status.offered.headerName === null ? entry.from : "environment";
          setEntry({ ...entry, endpoint, from });
        }}
      />
      <HeaderFields status={status} entry={entry} field={field} onFrom={setFrom} />
      {hasKeychain && (isTyped || entry.from === "environment") && (
        <Checkbox label={words.thisRunOnly} checked={forRunOnly} onChange={setForRunOnly} />
      )}
      <Outcome state={state} />
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

interface HeaderFieldsProps {
  readonly status: TelemetryStatus;
  readonly entry: Entry;
  readonly field: FieldOf;
  readonly onFrom: (from: HeaderFrom) => void;
}

function HeaderFields({ status, entry, field, onFrom }: HeaderFieldsProps) {
  const { telemetry: words } = useMessages();
  return (
    <>
      <Select
        label={words.header}
        value={entry.from}
        options={choicesOf(status).map((value) => ({ value, label: words.headers[value] }))}
        onChange={onFrom}
      />
      {entry.from === "typed" && (
        <>
          <TextField label={words.headerName} mono {...field("name")} />
          <TextField
            label={words.headerValue}
            type="password"
            mono
            help={words.headerHelp}
            {...field("value")}
          />
        </>
      )}
    </>
  );
}

function firstEntry({ setUp }: TelemetryStatus): Entry {
  const from = setUp === null || setUp.header.name === null ? "none" : "kept";
  return { endpoint: setUp?.endpoint ?? "", from, name: "Authorization", value: "" };
}

function choicesOf({ setUp, offered }: TelemetryStatus): readonly HeaderFrom[] {
  return [
    "none",
    "typed",
    ...(offered.headerName === null ? [] : (["environment"] as const)),
    ...(setUp === null || setUp.header.name === null ? [] : (["kept"] as const)),
  ];
}

interface EndpointFieldProps {
  readonly offered: string | null;
  readonly field: ReturnType<FieldOf>;
  readonly onTake: (endpoint: string) => void;
}

/** What the environment names is shown above the field, and used when the person says so. */
function EndpointField({ offered, field, onTake }: EndpointFieldProps) {
  const { telemetry: words } = useMessages();
  return (
    <>
      {offered !== null && field.value !== offered && (
        <p className="flex flex-wrap items-center gap-2 text-ui text-secondary">
          <span className="break-all">{words.environmentOffers(offered)}</span>
          <Button
            onClick={() => {
              onTake(offered);
            }}
          >
            {words.takeOffered}
          </Button>
        </p>
      )}
      <TextField
        label={words.endpoint}
        mono
        placeholder={words.endpointExample}
        help={words.endpointHelp}
        {...field}
      />
    </>
  );
}

type SetUpState =
  | { readonly stage: "idle" | "asking" }
  | { readonly stage: "failed"; readonly reason: string }
  | { readonly stage: "tried"; readonly result: ExportResult };

function Outcome({ state }: { readonly state: SetUpState }) {
  if (state.stage === "tried") return <ExportOutcome result={state.result} />;
  if (state.stage !== "failed") return null;
  return (
    <p role="alert" className="text-ui text-failed">
      {state.reason}
    </p>
  );
}

function useSetUp(
  persist: "keychain" | "memory",
  onSaved: () => Promise<void>,
): { readonly state: SetUpState; readonly run: (entry: Entry) => void } {
  const { telemetry: words } = useMessages();
  const { client, explain, toasts } = useServices();
  const [state, setState] = useState<SetUpState>({ stage: "idle" });
  const ask = async ({ endpoint, from, name, value }: Entry): Promise<void> => {
    setState({ stage: "asking" });
    try {
      const header = from === "typed" ? { from, name: name.trim(), value: value.trim() } : { from };
      const { result, kept, keptReason } = await client("telemetry.setUp", {
        endpoint: endpoint.trim(),
        header,
        persist,
      });
      setState({ stage: "tried", result });
      if (kept === null) return;
      toasts.show([words.saved, ...(keptReason === null ? [] : [keptReason])].join(". "));
      await onSaved();
    } catch (error) {
      setState({ stage: "failed", reason: explain(error) });
    }
  };
  return { state, run: (entry) => void ask(entry) };
}
