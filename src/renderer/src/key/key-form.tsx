import { useState, type ReactNode } from "react";
import type { KeyStatus } from "../../../shared/app.ts";
import { useApp } from "../app/services.tsx";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { TextField } from "../ui/text-field.tsx";
import { KeyAdvanced } from "./key-advanced.tsx";
import { KeyResult } from "./key-result.tsx";
import { useRegions } from "./regions.ts";
import {
  useHosts,
  useKeyCheck,
  type KeyCheckControl,
  type KeyCheckState,
  type KeyEntry,
} from "./use-key-check.ts";

export interface KeyFormProps {
  /** Shown once a key was accepted and kept, in place of the check's button. */
  readonly done: ReactNode;
}

const emptyEntry: KeyEntry = { key: "", region: "", baseUrl: "", workspaceId: "" };

/** One field for a key; names the hosts it will ask, then asks them. */
export function KeyForm({ done }: KeyFormProps) {
  const messages = useMessages();
  const status = useApp((state) => state.key);
  const [entry, setEntry] = useState(emptyEntry);
  const [forRunOnly, setForRunOnly] = useState(false);
  const control = useKeyCheck();
  const hosts = useHosts(entry);
  const mayLackKey = useIsLocal(entry);
  const hasKeychain = status?.keychain.available ?? true;
  const persist = hasKeychain && !forRunOnly ? "keychain" : "memory";
  const asking = control.state.stage === "asking";
  const isKept = control.state.stage === "answered" && control.state.check.kept !== null;
  const change = (part: Partial<KeyEntry>): void => {
    setEntry({ ...entry, ...part });
    if (control.state.stage !== "asking") control.reset();
  };
  const mayTryAll = entry.region !== "" && entry.baseUrl.trim() === "" && !mayLackKey;
  const tryAll = (): void => {
    const everywhere = { ...entry, region: "" };
    setEntry(everywhere);
    control.run(everywhere, persist);
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!asking && (mayLackKey || entry.key.trim() !== "")) control.run(entry, persist);
      }}
    >
      <KeyField
        value={entry.key}
        hosts={hosts}
        state={control.state}
        mayBeEmpty={mayLackKey}
        label={checkLabel(messages, {
          hasKeychain,
          isKeyless: mayLackKey && entry.key.trim() === "",
        })}
        onChange={(key) => {
          change({ key });
        }}
      />
      <KeyNotices status={status} control={control} />
      {control.state.stage === "answered" && (
        <KeyResult check={control.state.check} onTryAll={mayTryAll ? tryAll : undefined} />
      )}
      <KeptOrRetry control={control} entry={entry} done={done} />
      {!isKept && (
        <KeyAdvanced
          entry={entry}
          onChange={change}
          forRunOnly={forRunOnly}
          onForRunOnly={hasKeychain ? setForRunOnly : null}
        />
      )}
    </form>
  );
}

/** Whether what was chosen is a server on this machine, known by its region or by its address. */
function useIsLocal({ region, baseUrl }: KeyEntry): boolean {
  const regions = useRegions();
  if (baseUrl.trim() !== "")
    return /^https?:\/\/(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])(?=[:/]|$)/.test(baseUrl.trim());
  return regions.some(({ id, kind }) => id === region && kind === "local");
}

function checkLabel(
  { firstRun }: Messages,
  { hasKeychain, isKeyless }: { readonly hasKeychain: boolean; readonly isKeyless: boolean },
): string {
  if (isKeyless) return firstRun.checkServer;
  return hasKeychain ? firstRun.check : firstRun.checkForRun;
}

interface KeyFieldProps {
  readonly value: string;
  readonly hosts: readonly string[];
  readonly state: KeyCheckState;
  /** A server on this machine needs none. */
  readonly mayBeEmpty: boolean;
  readonly label: string;
  readonly onChange: (key: string) => void;
}

/** The field and its button; once the key is kept the button gives way to what comes next. */
function KeyField({ value, hosts, state, mayBeEmpty, label, onChange }: KeyFieldProps) {
  const { firstRun } = useMessages();
  const isKept = state.stage === "answered" && state.check.kept !== null;
  return (
    <TextField
      label={firstRun.key}
      type="password"
      // oxlint-disable-next-line jsx-a11y/no-autofocus -- the page has this one field, and pasting into it is the whole task
      autoFocus
      placeholder={firstRun.keyPlaceholder}
      value={value}
      maxLength={512}
      help={hosts.length === 0 ? null : firstRun.asks(hosts.join(", "))}
      error={state.stage === "failed" ? state.message : null}
      onChange={(event) => {
        onChange(event.target.value);
      }}
      beside={
        !isKept && (
          <Button
            type="submit"
            variant="primary"
            busy={state.stage === "asking"}
            disabled={!mayBeEmpty && value.trim() === ""}
          >
            {label}
          </Button>
        )
      }
    />
  );
}

/** A key that works but could not be stored may still be used for this run; one that is kept leads on. */
function KeptOrRetry({
  control,
  entry,
  done,
}: {
  readonly control: KeyCheckControl;
  readonly entry: KeyEntry;
  readonly done: ReactNode;
}) {
  const messages = useMessages();
  if (control.state.stage !== "answered" || control.state.check.region === null) return null;
  if (control.state.check.kept !== null) return done;
  return (
    <Button
      variant="primary"
      className="self-start"
      onClick={() => {
        control.run(entry, "memory");
      }}
    >
      {messages.firstRun.keepForRun}
    </Button>
  );
}

function KeyNotices({
  status,
  control,
}: {
  readonly status: KeyStatus | null;
  readonly control: KeyCheckControl;
}) {
  const { firstRun } = useMessages();
  if (status === null || control.state.stage === "answered") return null;
  return (
    <>
      {!status.keychain.available && (
        <p className="rounded-card border border-line bg-card px-3 py-2 text-ui text-secondary">
          {firstRun.keychainMissing(status.keychain.reason ?? "")}
        </p>
      )}
      {status.environmentOffered && (
        <div className="flex items-center justify-between gap-3 rounded-card border border-line bg-card py-1.5 pr-1.5 pl-3">
          <span className="min-w-0 text-ui text-secondary">{firstRun.environmentOffered}</span>
          <Button
            busy={control.state.stage === "asking"}
            onClick={() => {
              control.takeEnvironment();
            }}
          >
            {firstRun.useEnvironment}
          </Button>
        </div>
      )}
    </>
  );
}
