import type { ReactNode } from "react";
import type { LucideIcon } from "lucide-react";
import { cx } from "../ui/cx.ts";

export interface FoldRowProps {
  readonly icon: LucideIcon;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  /** The row's words, after the icon. */
  readonly label: ReactNode;
  /** Right of the words, outside of what opens the row: its own buttons. */
  readonly after?: ReactNode;
  readonly children?: ReactNode;
}

/** A 28 px row that opens to what is below it. What is inside hangs on a line, not in a box. */
export function FoldRow({ icon: Icon, isOpen, onToggle, label, after, children }: FoldRowProps) {
  return (
    <div>
      <div className="group -mx-2 flex h-7 items-center gap-1 rounded-control pr-1 focus-within:bg-hover hover:bg-hover">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={onToggle}
          className="flex h-7 min-w-0 flex-1 items-center gap-2 rounded-control pl-2 text-left text-ui text-secondary"
        >
          <Icon className={cx("icon", isOpen ? "text-primary" : "text-muted")} aria-hidden />
          {label}
        </button>
        {after}
      </div>
      {isOpen && <div className="mt-1 mb-2 ml-[7px] border-l border-line pl-4">{children}</div>}
    </div>
  );
}
