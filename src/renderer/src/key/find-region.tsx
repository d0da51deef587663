import { useState } from "react";
import type { KeyCheck } from "../../../shared/app.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { KeyResult } from "./key-result.tsx";
import { regionName } from "./regions.ts";

export interface FindRegionProps {
  /** What was refused, once more. */
  readonly onSwitched: () => Promise<unknown>;
}

/** A refused key may belong to another region: names the hosts, asks them when told to, and switches at one press. */
export function FindRegion({ onSwitched }: FindRegionProps) {
  const messages = useMessages();
  const { endpoint } = messages;
  const { client, attempt, commands, toasts } = useServices();
  const hasRegion = useApp(
    ({ settings, key }) => settings?.baseUrl == null && key?.present === true,
  );
  const [hosts, setHosts] = useState<readonly string[] | null>(null);
  // A key for an address of one's own has no region to be found, nor has none.
  if (!hasRegion) return null;
  const use = async (region: string): Promise<void> => {
    await client("key.useRegion", { region });
    await commands.refreshKey();
    setHosts(null);
    toasts.show(endpoint.regionSet(regionName(region, messages)));
    await onSwitched();
  };
  return (
    <>
      <Button
        variant="primary"
        onClick={() => {
          attempt(async () => {
            setHosts((await client("key.regionHosts", {})).hosts);
          });
        }}
      >
        {endpoint.findRegion}
      </Button>
      {hosts !== null && (
        <FindDialog
          hosts={hosts}
          onClose={() => {
            setHosts(null);
          }}
          onUse={(region) => {
            attempt(() => use(region));
          }}
        />
      )}
    </>
  );
}

interface FindDialogProps {
  readonly hosts: readonly string[];
  readonly onClose: () => void;
  readonly onUse: (region: string) => void;
}

function FindDialog({ hosts, onClose, onUse }: FindDialogProps) {
  const messages = useMessages();
  const { endpoint, common } = messages;
  const { client, attempt } = useServices();
  const [found, setFound] = useState<KeyCheck | "asking" | null>(null);
  const check = found === "asking" ? null : found;
  const ask = async (): Promise<void> => {
    setFound("asking");
    try {
      setFound(await client("key.findRegion", {}));
    } catch (error) {
      setFound(null);
      throw error;
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={endpoint.findRegion}
      description={endpoint.findDetail([...new Set(hosts)].join(", "))}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <PrimaryButton
            found={found}
            onAsk={() => {
              attempt(ask);
            }}
            onUse={onUse}
          />
        </>
      }
    >
      {check !== null && <KeyResult check={check} isSearch />}
    </Dialog>
  );
}

interface PrimaryButtonProps {
  readonly found: KeyCheck | "asking" | null;
  readonly onAsk: () => void;
  readonly onUse: (region: string) => void;
}

/** Asking first; then using what was found, or asking again. */
function PrimaryButton({ found, onAsk, onUse }: PrimaryButtonProps) {
  const messages = useMessages();
  const { endpoint } = messages;
  const region = found === null || found === "asking" ? null : found.region;
  if (region === null)
    return (
      <Button variant="primary" busy={found === "asking"} onClick={onAsk}>
        {endpoint.findAsk}
      </Button>
    );
  return (
    <Button
      variant="primary"
      onClick={() => {
        onUse(region);
      }}
    >
      {endpoint.findUse(regionName(region, messages))}
    </Button>
  );
}
