import { useCallback, useState } from "react";
import { useStore } from "zustand";
import type { ConflictRule, UndoPlanRow } from "../../../shared/checkpoint.ts";
import { useServices } from "../app/services.tsx";
import { DiffView } from "../diff/diff-view.tsx";
import { LineTotals } from "../diff/line-totals.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";
import type { AskedUndo } from "../app/undo-flow.ts";
import { choiceOf, countChoices, openRows, type Choices } from "../app/undo-plan.ts";

/** Asks only what cannot be decided alone: files that somebody changed since. Files left, preview right. */
export function UndoDialog({ asked }: { readonly asked: AskedUndo }) {
  const messages = useMessages();
  const services = useServices();
  const flow = services.undo;
  const isBusy = useStore(flow.store, (state) => state.isBusy);
  const rows = openRows(asked.plan);
  const [choices, setChoices] = useState<Choices>({});
  const [path, setPath] = useState(rows[0]?.path ?? null);
  const count = countChoices(asked.plan, choices);
  const chosen = rows.find((row) => row.path === path);
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
      <div className="flex h-[min(52vh,480px)] gap-3">
        <FileList rows={rows} path={path} choices={choices} onChoose={setPath} />
        <section
          aria-label={messages.undo.preview}
          className="flex min-w-0 flex-1 flex-col overflow-y-auto rounded-card border border-line"
        >
          {chosen?.conflict !== undefined && (
            <ConflictChoices
              row={chosen}
              value={choiceOf(chosen, choices)}
              onChange={(choice) => {
                setChoices({ ...choices, [chosen.path]: choice });
              }}
            />
          )}
          {chosen !== undefined && (
            <Preview asked={asked} path={chosen.path} choice={choiceOf(chosen, choices)} />
          )}
        </section>
      </div>
    </Dialog>
  );
}

function Description({ asked }: { readonly asked: AskedUndo }) {
  const { undo } = useMessages();
  const conflicts = asked.plan.rows.filter((row) => row.conflict !== undefined).length;
  const commands = asked.plan.uncoveredCommands;
  return (
    <>
      {conflicts > 0 && <span className="block">{undo.overlap(conflicts)}</span>}
      {commands > 0 && <span className="block">{undo.notRestorable(commands)}</span>}
    </>
  );
}

interface FileListProps {
  readonly rows: readonly UndoPlanRow[];
  readonly path: string | null;
  readonly choices: Choices;
  readonly onChoose: (path: string) => void;
}

function FileList({ rows, path, choices, onChoose }: FileListProps) {
  const { undo } = useMessages();
  return (
    <ul
      aria-label={undo.files}
      className="w-72 shrink-0 overflow-y-auto rounded-card border border-line p-1"
    >
      {rows.map((row) => (
        <li key={row.path}>
          <button
            type="button"
            aria-current={row.path === path}
            onClick={() => {
              onChoose(row.path);
            }}
            className="flex min-h-7 w-full flex-col rounded-control px-2 py-1 text-left hover:bg-hover aria-[current=true]:bg-hover"
          >
            <span className="flex w-full items-center gap-2">
              <span className="min-w-0 flex-1 truncate font-mono text-code">
                <VisibleText text={row.path} />
              </span>
              <LineTotals added={row.added} removed={row.removed} />
            </span>
            <span
              className={cx("text-label", row.conflict === undefined ? "text-muted" : "text-needs")}
            >
              {row.conflict === undefined ? undo.actions[row.action] : undo[choiceOf(row, choices)]}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ConflictChoicesProps {
  readonly row: UndoPlanRow;
  readonly value: ConflictRule;
  readonly onChange: (choice: ConflictRule) => void;
}

function ConflictChoices({ row, value, onChange }: ConflictChoicesProps) {
  const { undo } = useMessages();
  const offered: readonly ConflictRule[] = row.mergeable
    ? ["keep", "overwrite", "merge"]
    : ["keep", "overwrite"];
  return (
    <fieldset className="sticky top-0 border-b border-line bg-pane px-3 py-2">
      <legend className="sr-only">{undo.choiceFor(row.path)}</legend>
      <p className="selectable text-label text-needs first-letter:uppercase">
        <VisibleText text={row.conflict ?? ""} />
      </p>
      <div className="flex flex-wrap gap-x-4">
        {offered.map((choice) => (
          <label key={choice} className="flex h-7 items-center gap-1.5 text-ui">
            <input
              type="radio"
              name={`choice-${row.path}`}
              className="accent-(--accent-solid)"
              checked={choice === value}
              onChange={() => {
                onChange(choice);
              }}
            />
            {undo[choice]}
          </label>
        ))}
      </div>
      {value === "merge" && <p className="text-label text-secondary">{undo.mergeDetail}</p>}
    </fieldset>
  );
}

interface PreviewProps {
  readonly asked: AskedUndo;
  readonly path: string;
  readonly choice: ConflictRule;
}

/** What the undo makes of the file as it is now, with the choice made for it. */
function Preview({ asked: { sessionId, target }, path, choice }: PreviewProps) {
  const { undo } = useMessages();
  const { client } = useServices();
  const ask = useCallback(
    async () => ({
      path,
      choice,
      diff: await client("checkpoint.preview", { sessionId, target, path, choice }),
    }),
    [client, sessionId, target, path, choice],
  );
  const { value, failure } = useAnswer(ask);
  if (failure !== null) return <Note text={undo.previewFailed(failure)} />;
  // The answer for another file or choice says nothing about this one.
  if (value?.path !== path || value.choice !== choice) return <Note text={undo.previewLoading} />;
  if (value.diff === null) return <Note text={undo.previewKept} />;
  return (
    <>
      <Note text={undo.previewNote} />
      <DiffView key={`${path} ${choice}`} diff={value.diff} />
    </>
  );
}

const Note = ({ text }: { readonly text: string }) => (
  <p className="px-3 py-2 text-label text-secondary">{text}</p>
);
