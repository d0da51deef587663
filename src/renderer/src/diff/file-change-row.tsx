import { ChevronDown, ChevronRight } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import { PathText } from "../text/path-text.tsx";
import { ChangeTotals } from "./change-totals.tsx";
import { DiffView } from "./diff-view.tsx";

export interface FileChangeRowProps {
  readonly diff: FileDiff;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

/** One changed file in a 28 px row that opens to its diff. */
export function FileChangeRow({ diff, isOpen, onToggle }: FileChangeRowProps) {
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={onToggle}
        className="flex h-7 w-full min-w-0 items-center gap-1.5 rounded-control px-1 text-left hover:bg-hover"
      >
        <Chevron className="icon text-muted" aria-hidden />
        <PathText
          path={diff.path}
          from={diff.from}
          look={diff.undoneBy === undefined ? "plain" : "gone"}
        />
        <ChangeTotals
          kind={diff.kind}
          added={diff.added}
          removed={diff.removed}
          isUndone={diff.undoneBy !== undefined}
        />
      </button>
      {isOpen && <DiffView diff={diff} />}
    </div>
  );
}
