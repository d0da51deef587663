import type { ConflictChoice, UndoPlanRow } from "../../../shared/checkpoint.ts";
import { offeredFor, reasonText } from "../app/undo-plan.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { VisibleText } from "../text/visible-text.tsx";

export interface ChoiceListProps {
  readonly row: UndoPlanRow;
  readonly value: ConflictChoice;
  readonly isChanged: boolean;
  readonly onChange: (choice: Offered) => void;
}

/** "edit" opens the merge. */
export type Offered = "keep" | "overwrite" | "merge" | "edit";

/** Why a file is asked about, and what can be done with it. Nothing where there is nothing to choose. */
export function ChoiceList({ row, value, isChanged, onChange }: ChoiceListProps) {
  const { undo: words, trust } = useMessages();
  const offered = choicesFor(row);
  const text = (reason: string): string => reasonText(reason, words);
  const conflict = row.conflict === undefined ? undefined : text(row.conflict);
  const reason = row.held === undefined ? conflict : words.heldReason(text(row.held));
  const steers = row.steers === undefined ? undefined : trust.kinds[row.steers].reason;
  if (offered.length < 2 && reason === undefined) return null;
  const chosen: Offered = typeof value === "object" ? "edit" : value;
  return (
    <fieldset className="sticky top-0 z-10 border-b border-line bg-pane px-3 py-2">
      <legend className="sr-only">{words.choiceFor(visibleString(row.path))}</legend>
      {isChanged && <p className="text-label text-needs">{words.changedHere}</p>}
      {reason !== undefined && (
        <p className="selectable text-label text-needs first-letter:uppercase">
          <VisibleText text={reason} />
        </p>
      )}
      {steers !== undefined && (
        <p className="text-label text-needs">{words.steersReason(steers)}</p>
      )}
      <div className="flex flex-wrap gap-x-4">
        {offered.map((choice) => (
          <label key={choice} className="flex h-7 items-center gap-1.5 text-ui">
            <input
              type="radio"
              name={`choice-${row.path}`}
              className="accent-(--accent-solid)"
              checked={choice === chosen}
              onChange={() => {
                onChange(choice);
              }}
            />
            {labelOf(choice, row, words)}
          </label>
        ))}
      </div>
      {chosen === "merge" && row.mergeable && (
        <p className="text-label text-secondary">{words.mergeDetail}</p>
      )}
    </fieldset>
  );
}

/** A merge can be edited where two texts overlap. */
function choicesFor(row: UndoPlanRow): readonly Offered[] {
  const rules = offeredFor(row);
  const overlaps = row.conflict !== undefined && row.action === "restore";
  return overlaps ? [...rules, "edit"] : rules;
}

function labelOf(choice: Offered, row: UndoPlanRow, words: Messages["undo"]): string {
  const isTakenBack = row.held !== undefined || (row.steers !== undefined && !needsOld(row));
  if (choice === "overwrite" && isTakenBack) return words.undoHeld;
  if (choice === "merge" && !row.mergeable) return words.undoPlain;
  return words[choice];
}

/** Taken back it is not what a merge makes of it, but the old version. */
const needsOld = (row: UndoPlanRow): boolean => row.conflict !== undefined && !row.mergeable;
