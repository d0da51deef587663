import { useCallback, useState } from "react";
import type { Freed } from "../../../shared/storage.ts";
import { byteSize, folderName } from "../app/format.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { TextField } from "../ui/text-field.tsx";

export interface FreeSpaceProps {
  readonly path: string;
  readonly onFreed: () => void;
}

/** Drops old safety copies, after saying which. */
export function FreeSpace({ path, onFreed }: FreeSpaceProps) {
  const { storage: words } = useMessages();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        className="self-start"
        onClick={() => {
          setOpen(true);
        }}
      >
        {words.free}
      </Button>
      {isOpen && (
        <FreeSpaceDialog
          path={path}
          onFreed={onFreed}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

const daysOf = (text: string): number | null =>
  /^\d{1,5}(\.\d+)?$/.test(text) && Number(text) <= 36_500 ? Number(text) : null;

interface Look {
  /** What would go at this age; null while that is being found out. */
  readonly would: Freed | null;
  readonly failure: string | null;
}

/** Asks what would go, and changes nothing. */
function useLook(path: string, days: number | null): Look {
  const { client } = useServices();
  const ask = useCallback(async () => {
    if (days === null) return null;
    const asked = { workspace: path, olderThanDays: days, dryRun: true };
    return { days, freed: await client("storage.freeSpace", asked) };
  }, [client, path, days]);
  const { value, failure } = useAnswer(ask);
  // The answer for another age says nothing about this one.
  return { would: value !== null && value.days === days ? value.freed : null, failure };
}

function FreeSpaceDialog({
  path,
  onFreed,
  onClose,
}: FreeSpaceProps & { readonly onClose: () => void }) {
  const { storage: words, common } = useMessages();
  const { client, attempt, toasts } = useServices();
  const kept = useApp((state) => state.settings?.checkpointDays ?? 30);
  const [text, setText] = useState(String(kept));
  const days = daysOf(text.trim());
  const look = useLook(path, days);
  const free = async (olderThanDays: number): Promise<void> => {
    const asked = { workspace: path, olderThanDays, dryRun: false };
    const freed = await client("storage.freeSpace", asked);
    toasts.show(words.freed(freed.checkpoints, byteSize(freed.bytes)));
    onFreed();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.freeTitle}
      description={words.freeDetail(folderName(path))}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            variant="danger"
            disabled={days === null || (look.would?.checkpoints ?? 0) === 0}
            onClick={() => {
              onClose();
              if (days !== null) attempt(() => free(days));
            }}
          >
            {words.confirm(byteSize(look.would?.bytes ?? 0))}
          </Button>
        </>
      }
    >
      <TextField
        label={words.olderThan}
        inputMode="decimal"
        value={text}
        error={days === null ? words.olderThanInvalid : null}
        onChange={(event) => {
          setText(event.target.value);
        }}
      />
      {days !== null && <Would look={look} />}
    </Dialog>
  );
}

function Would({ look: { would, failure } }: { readonly look: Look }) {
  const { storage: words } = useMessages();
  return (
    <p role={failure === null ? "status" : "alert"} className="pt-2 text-ui text-secondary">
      {failure ?? (would === null ? words.asking : sentence(would, words))}
    </p>
  );
}

function sentence(would: Freed, words: Messages["storage"]): string {
  const { checkpoints, sessions, bytes, spared } = would;
  const gone =
    checkpoints === 0 ? words.wouldNothing : words.would(checkpoints, sessions, byteSize(bytes));
  return spared === 0 ? gone : `${gone} ${words.spared(spared)}`;
}
