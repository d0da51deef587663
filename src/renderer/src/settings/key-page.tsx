import { useState } from "react";
import type { Settings } from "../../../shared/settings.ts";
import { KeyForm } from "../key/key-form.tsx";
import { regionDetail, regionName, useRegions } from "../key/regions.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Select } from "../ui/select.tsx";
import { ModelSelect } from "./model-select.tsx";
import { SavedField } from "./saved-field.tsx";
import { useChange } from "./use-change.ts";

/** The key, where it goes, and the model that answers. */
export function KeyPage() {
  const messages = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  if (settings === null) return null;
  return (
    <>
      <KeySection />
      <ModelSelect
        label={messages.settings.model}
        value={settings.model}
        unset={messages.settings.modelFirst}
        onChange={(model) => {
          change({ model });
        }}
      />
      <RegionFields settings={settings} />
      <SavedField
        label={messages.settings.baseUrl}
        help={messages.settings.baseUrlHelp}
        mono
        value={settings.baseUrl ?? ""}
        onSave={(baseUrl) => {
          change({ baseUrl: baseUrl === "" ? null : baseUrl });
        }}
      />
    </>
  );
}

/** The region, and the workspace where it has domains of their own. One that is set and not known stays to be seen. */
function RegionFields({ settings }: { readonly settings: Settings }) {
  const messages = useMessages();
  const change = useChange();
  const regions = useRegions();
  const present = regions.find(({ id }) => id === settings.region);
  const isOwn = settings.baseUrl !== null;
  return (
    <>
      <Select
        label={messages.settings.region}
        value={settings.region}
        disabled={isOwn}
        options={[
          ...(present === undefined
            ? [{ value: settings.region, label: regionName(settings.region, messages) }]
            : []),
          ...regions.map((region) => ({
            value: region.id,
            label: regionName(region.id, messages),
            detail: regionDetail(region, messages),
          })),
        ]}
        onChange={(region) => {
          change({ region, workspaceId: null });
        }}
      />
      {!isOwn && present?.takesWorkspace === true && (
        <SavedField
          label={messages.firstRun.workspaceId}
          help={messages.firstRun.workspaceIdHelp}
          mono
          value={settings.workspaceId ?? ""}
          onSave={(workspaceId) => {
            change({ workspaceId: workspaceId === "" ? null : workspaceId });
          }}
        />
      )}
    </>
  );
}

function KeySection() {
  const { settings } = useMessages();
  const key = useApp((state) => state.key);
  const [replacing, setReplacing] = useState(false);
  const [removing, setRemoving] = useState(false);
  if (replacing)
    return (
      <KeyForm
        done={
          <Button
            className="self-start"
            onClick={() => {
              setReplacing(false);
            }}
          >
            <Done />
          </Button>
        }
      />
    );
  return (
    <div className="flex items-center gap-2 rounded-card border border-line bg-card py-1.5 pr-1.5 pl-3">
      <span className="min-w-0 flex-1 text-ui">
        {key?.present === true
          ? key.source === "none"
            ? settings.keyNotNeeded
            : settings.keyPresent(key.last4 ?? "", settings.keySources[key.source])
          : settings.keyAbsent}
      </span>
      <Button
        onClick={() => {
          setReplacing(true);
        }}
      >
        {key?.present === true && key.source !== "none" ? settings.replaceKey : settings.addKey}
      </Button>
      {key?.present === true && key.source !== "none" && (
        <Button
          variant="danger"
          onClick={() => {
            setRemoving(true);
          }}
        >
          {settings.removeKey}
        </Button>
      )}
      <RemoveKey
        open={removing}
        onClose={() => {
          setRemoving(false);
        }}
      />
    </div>
  );
}

const Done = () => useMessages().common.close;

function RemoveKey({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }) {
  const { settings, common } = useMessages();
  const { client, commands, attempt, toasts } = useServices();
  const remove = async (): Promise<void> => {
    await client("key.remove", {});
    await commands.refreshKey();
    toasts.show(settings.removed);
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={settings.removeKeyTitle}
      description={settings.removeKeyDetail}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="danger"
            onClick={() => {
              onClose();
              attempt(remove);
            }}
          >
            {settings.removeKey}
          </Button>
        </>
      }
    />
  );
}
