import { useState } from "react";
import { ChevronDown, ChevronRight, User } from "lucide-react";
import type { FileDiff } from "../../../shared/diff.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { FileChangeRow } from "./file-change-row.tsx";

const firstFiles = 100;

/** What the person changed meanwhile: apart from the agent's, closed at first, and with nothing that undoes it. */
export function OutsideChanges({ diffs }: { readonly diffs: readonly FileDiff[] }) {
  const { review: words } = useMessages();
  const [isOpen, setOpen] = useState(false);
  if (diffs.length === 0) return null;
  const Chevron = isOpen ? ChevronDown : ChevronRight;
  return (
    <div
      // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- on the answer and in the review: landmarks of one name are none
      role="group"
      aria-label={words.outside}
      className="px-2 py-1"
    >
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={() => {
          setOpen(!isOpen);
        }}
        className="flex h-7 w-full items-center gap-1.5 rounded-control px-1 text-left text-ui text-secondary hover:bg-hover"
      >
        <Chevron className="icon text-muted" aria-hidden />
        <User className="icon text-muted" aria-hidden />
        <span className="truncate">{words.outside}</span>
        <span className="ml-auto shrink-0 text-label text-muted">
          {words.allFiles(diffs.length)}
        </span>
      </button>
      {isOpen && <OutsideFiles diffs={diffs} />}
    </div>
  );
}

function OutsideFiles({ diffs }: { readonly diffs: readonly FileDiff[] }) {
  const { review: words } = useMessages();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [isWhole, setWhole] = useState(false);
  const shown = isWhole ? diffs : diffs.slice(0, firstFiles);
  const toggle = (path: string): void => {
    const next = new Set(opened);
    if (!next.delete(path)) next.add(path);
    setOpened(next);
  };
  return (
    <div className="pl-4">
      <p className="px-1 py-1 text-label text-muted">{words.outsideDetail}</p>
      {shown.map((diff) => (
        <FileChangeRow
          key={diff.path}
          diff={diff}
          isOpen={opened.has(diff.path)}
          onToggle={() => {
            toggle(diff.path);
          }}
        />
      ))}
      {shown.length < diffs.length && (
        <Button
          variant="plain"
          onClick={() => {
            setWhole(true);
          }}
        >
          {words.moreFiles(diffs.length - shown.length)}
        </Button>
      )}
    </div>
  );
}
