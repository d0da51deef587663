import { useState } from "react";
import { useStore } from "zustand";
import type { ConflictChoice, UndoPlanRow } from "../../../shared/checkpoint.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import type { AskedUndo } from "../app/undo-flow.ts";
import { choiceOf, countChoices, openRows, tick, type Choices } from "../app/undo-plan.ts";
import { ChoiceList, type Offered } from "./choice-list.tsx";
import { MergeEditor } from "./merge-editor.tsx";
import { SavePatch } from "./save-patch-button.tsx";
import { UndoFiles } from "./undo-files.tsx";
import { UndoPreview } from "./undo-preview.tsx";
import { useMerges, type Merges } from "./use-merges.ts";

/** Asks only what cannot be decided alone: files that somebody changed since, or may have. Files left, preview right. */
export function UndoDialog({ asked }: { readonly asked: AskedUndo }) {
  const messages = useMessages();
  const services = useServices();
  const flow = services.undo;
  const isBusy = useStore(flow.store, (state) => state.isBusy);
  const [choices, setChoices] = useState<Choices>(asked.choices);
  const count = countChoices(asked.plan, choices);
  return (
    <Dialog
      open
      onClose={flow.close}
      width="large"
      title={messages.undo.title}
      description={<Description asked={asked} />}
      footer={
        <>
          <span className="mr-auto text-label text-secondary">{messages.undo.safetyCopy}</span>
          <SavePatch of={asked} />
          <Button onClick={flow.close}>{messages.common.cancel}</Button>
          <Button
            variant="primary"
            busy={isBusy}
            onClick={() => {
              services.attempt(() => flow.confirm(choices));
            }}
          >
            {messages.undo.confirm(count.undo, count.keep)}
          </Button>
        </>
      }
    >
      <Files asked={asked} choices={choices} onChange={setChoices} />
    </Dialog>
  );
}

interface FilesProps {
  readonly asked: AskedUndo;
  readonly choices: Choices;
  readonly onChange: (change: (before: Choices) => Choices) => void;
}

function Files({ asked, choices, onChange }: FilesProps) {
  const { undo: words } = useMessages();
  const { attempt, toasts } = useServices();
  const rows = openRows(asked.plan);
  const [path, setPath] = useState(asked.changed[0] ?? rows[0]?.path ?? null);
  const row = rows.find((one) => one.path === path);
  const merges = useMerges(asked, (of, edit) => {
    onChange((before) => ({ ...before, [of]: { edit } }));
  });
  const choose = (of: string, choice: Offered): void => {
    if (choice !== "edit") onChange((before) => ({ ...before, [of]: choice }));
    else
      attempt(async () => {
        if (!(await merges.open(of))) toasts.show(words.notMergeable);
      });
  };
  return (
    <div className="flex h-[min(56vh,520px)] gap-3">
      <UndoFiles
        rows={rows}
        path={path}
        choices={choices}
        changed={asked.changed}
        onShow={setPath}
        onTick={(one, ticked) => {
          choose(one.path, tick(one, ticked));
        }}
      />
      <section
        aria-label={words.preview}
        className="flex min-w-0 flex-1 flex-col overflow-y-auto rounded-card border border-line"
      >
        {row !== undefined && (
          <>
            <ChoiceList
              row={row}
              value={choiceOf(row, choices)}
              isChanged={asked.changed.includes(row.path)}
              onChange={(choice) => {
                choose(row.path, choice);
              }}
            />
            <Chosen asked={asked} row={row} choice={choiceOf(row, choices)} merges={merges} />
          </>
        )}
      </section>
    </div>
  );
}

interface ChosenProps {
  readonly asked: AskedUndo;
  readonly row: UndoPlanRow;
  readonly choice: ConflictChoice;
  readonly merges: Merges;
}

/** What the file becomes: to look at, or to edit. */
function Chosen({ asked, row, choice, merges }: ChosenProps) {
  const { path } = row;
  if (typeof choice !== "object") return <UndoPreview asked={asked} row={row} choice={choice} />;
  const merge = Object.hasOwn(merges.opened, path) ? merges.opened[path] : undefined;
  return merge === undefined ? null : (
    <MergeEditor
      key={path}
      merge={merge}
      onEdit={(index, text) => {
        merges.edit(path, index, text);
      }}
    />
  );
}

function Description({ asked }: { readonly asked: AskedUndo }) {
  const { undo } = useMessages();
  const { rows, uncoveredCommands } = asked.plan;
  const conflicts = rows.filter((row) => row.conflict !== undefined && row.held === undefined);
  const held = rows.filter((row) => row.held !== undefined);
  const steering = rows.filter((row) => row.steers !== undefined);
  return (
    <>
      {asked.changed.length > 0 && (
        <span className="block text-needs">{undo.changedMeanwhile(asked.changed.length)}</span>
      )}
      {conflicts.length > 0 && <span className="block">{undo.overlap(conflicts.length)}</span>}
      {held.length > 0 && <span className="block">{undo.heldRows(held.length)}</span>}
      {steering.length > 0 && <span className="block">{undo.steeringRows(steering.length)}</span>}
      {uncoveredCommands > 0 && (
        <span className="block">{undo.notRestorable(uncoveredCommands)}</span>
      )}
    </>
  );
}
