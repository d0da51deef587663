import { useState } from "react";
import type { Input } from "../../../shared/contract.ts";
import type { TelemetrySetUp, TelemetryStatus } from "../../../shared/telemetry.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { ExportOutcome } from "./export-outcome.tsx";
import { RemoveDialog } from "./remove-dialog.tsx";
import { SavedField } from "./saved-field.tsx";

interface PartProps {
  readonly setUp: TelemetrySetUp;
  readonly onChange: (status: TelemetryStatus) => void;
}

/** The collector that is set up: how it goes, and what is told along. */
export function TelemetryCard({
  setUp,
  onChange,
  onReplace,
}: PartProps & { readonly onReplace: () => void }) {
  const { telemetry: words } = useMessages();
  const { client } = useServices();
  const [removing, setRemoving] = useState(false);
  const change = useChangeOf(onChange);
  return (
    <>
      <div className="flex flex-col gap-2 rounded-card border border-line bg-card px-3 py-2">
        <p className="selectable font-mono text-code break-all">{setUp.endpoint}</p>
        <HeaderLine header={setUp.header} />
        <Checkbox
          label={words.on}
          checked={setUp.on}
          onChange={(on) => {
            change({ on });
          }}
        />
        {setUp.on && <Progress setUp={setUp} />}
        <div className="flex flex-wrap gap-2">
          <ExportNow disabled={!setUp.on} onChange={onChange} />
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
      </div>
      <ToldAlong setUp={setUp} onChange={onChange} />
      <RemoveDialog
        open={removing}
        words={words}
        onClose={() => {
          setRemoving(false);
        }}
        onRemove={async () => {
          onChange(await client("telemetry.remove", {}));
        }}
      />
    </>
  );
}

interface ExportNowProps extends Pick<PartProps, "onChange"> {
  readonly disabled: boolean;
}

function ExportNow({ disabled, onChange }: ExportNowProps) {
  const { telemetry: words } = useMessages();
  const { client, attempt } = useServices();
  const [busy, setBusy] = useState(false);
  const check = async (): Promise<void> => {
    setBusy(true);
    try {
      onChange(await client("telemetry.check", {}));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      busy={busy}
      disabled={disabled}
      onClick={() => {
        attempt(check);
      }}
    >
      {words.check}
    </Button>
  );
}

function useChangeOf(onChange: PartProps["onChange"]): (patch: Input<"telemetry.change">) => void {
  const { client, attempt } = useServices();
  return (patch) => {
    attempt(async () => {
      onChange(await client("telemetry.change", patch));
    });
  };
}

function HeaderLine({ header }: Pick<TelemetrySetUp, "header">) {
  const { telemetry: words } = useMessages();
  const { name, source, reason } = header;
  return (
    <>
      <p className="text-ui text-secondary">
        {name === null ? words.noHeader : words.headerOf(name, words.places[source])}
      </p>
      {reason !== null && <p className="text-label text-failed">{reason}</p>}
    </>
  );
}

function Progress({ setUp }: Pick<PartProps, "setUp">) {
  const { telemetry: words } = useMessages();
  const { countingSince, exportedAt, last } = setUp;
  return (
    <>
      {countingSince !== null && (
        <p className="text-label text-muted">{words.since(countingSince)}</p>
      )}
      <p className="text-label text-muted">
        {exportedAt === null ? words.neverExported : words.exportedAt(exportedAt)}
      </p>
      {last !== null && <ExportOutcome result={last} />}
      {last !== null && last.at !== exportedAt && (
        <p className="text-label text-muted">{words.lastTry(last.at)}</p>
      )}
    </>
  );
}

function ToldAlong({ setUp, onChange }: PartProps) {
  const { telemetry: words } = useMessages();
  const change = useChangeOf(onChange);
  const { telling } = setUp;
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="pb-2 text-ui text-primary">{words.told}</legend>
      <SavedField
        label={words.team}
        help={words.teamHelp}
        value={telling.team}
        onSave={(team) => {
          change({ team: team.slice(0, 100) });
        }}
      />
      <Select
        label={words.folders}
        help={words.foldersHelp}
        value={telling.folders}
        options={(["hash", "name", "path"] as const).map((value) => ({
          value,
          label: words.folderNames[value],
        }))}
        onChange={(folders) => {
          change({ folders });
        }}
      />
      <Checkbox
        label={words.host}
        checked={telling.host}
        onChange={(host) => {
          change({ host });
        }}
      />
      <Checkbox
        label={words.user}
        checked={telling.user}
        onChange={(user) => {
          change({ user });
        }}
      />
    </fieldset>
  );
}
