import type { UndoPlanRow } from "../../../shared/checkpoint.ts";
import { choiceOf, isBlocked, isTicked, type Choices } from "../app/undo-plan.ts";
import { LineTotals } from "../diff/line-totals.tsx";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { PathText } from "../text/path-text.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { cx } from "../ui/cx.ts";

export interface UndoFilesProps {
  readonly rows: readonly UndoPlanRow[];
  /** The one that is shown. */
  readonly path: string | null;
  readonly choices: Choices;
  /** Files that changed while the dialog was open. */
  readonly changed: readonly string[];
  readonly onShow: (path: string) => void;
  readonly onTick: (row: UndoPlanRow, ticked: boolean) => void;
}

/** The files of an undo, each with a tick: what is not ticked stays as it is. */
export function UndoFiles({ rows, path, choices, changed, onShow, onTick }: UndoFilesProps) {
  const { undo: words } = useMessages();
  return (
    <ul
      aria-label={words.files}
      className="w-80 shrink-0 overflow-y-auto rounded-card border border-line p-1"
    >
      {rows.map((row) => (
        <li
          key={row.path}
          className="flex items-start rounded-control hover:bg-hover has-[[aria-current=true]]:bg-hover"
        >
          <input
            type="checkbox"
            aria-label={words.undoNamed(visibleString(row.path))}
            checked={isTicked(row, choices)}
            disabled={isBlocked(row)}
            onChange={(event) => {
              onTick(row, event.target.checked);
              onShow(row.path);
            }}
            className="mt-1.5 ml-2 size-4 shrink-0 accent-accent-solid"
          />
          <button
            type="button"
            aria-current={row.path === path}
            onClick={() => {
              onShow(row.path);
            }}
            className="flex min-h-7 min-w-0 flex-1 flex-col px-2 py-1 text-left"
          >
            <span className="flex w-full items-center gap-2">
              <PathText path={row.path} look={isTicked(row, choices) ? "plain" : "quiet"} />
              <span className="ml-auto">
                <LineTotals added={row.added} removed={row.removed} />
              </span>
            </span>
            <span className={cx("text-label", isQuiet(row) ? "text-muted" : "text-needs")}>
              {changed.includes(row.path) && `${words.changedNow} `}
              {outcome(row, choices, words)}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const isQuiet = (row: UndoPlanRow): boolean =>
  row.conflict === undefined && row.held === undefined && row.steers === undefined;

/** What happens to the file, by what is chosen. */
function outcome(row: UndoPlanRow, choices: Choices, words: Messages["undo"]): string {
  const choice = choiceOf(row, choices);
  if (typeof choice === "object") return words.edited;
  if (choice === "keep") return words.keep;
  if (choice === "overwrite" && row.held === undefined) return words.overwrite;
  return words.actions[row.action];
}
