import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { visibleString } from "./visible-characters.ts";
import { VisibleText } from "./visible-text.tsx";

export interface PathTextProps {
  readonly path: string;
  readonly from?: string | undefined;
  /** "quiet" for what is dealt with, "gone" for what is taken back. */
  readonly look?: "plain" | "quiet" | "gone";
}

/** A path on one line. A long one gives way at its folders: the name is what one looks for. */
export function PathText({ path, from, look = "plain" }: PathTextProps) {
  const { review: words } = useMessages();
  const cut = path.lastIndexOf("/", path.length - 2) + 1;
  return (
    <span
      title={visibleString(path)}
      className={cx(
        "flex min-w-0 font-mono text-code",
        look === "plain" ? "text-primary" : "text-muted",
        look === "gone" && "line-through",
      )}
    >
      {/* The two parts are read as one word. */}
      <span className="sr-only">{visibleString(path)}</span>
      <span className="min-w-0 shrink-[9999] truncate" aria-hidden>
        <VisibleText text={path.slice(0, cut)} />
      </span>
      <span className="min-w-0 truncate" aria-hidden>
        <VisibleText text={path.slice(cut)} />
      </span>
      {from !== undefined && (
        <span className="min-w-0 shrink-[999] truncate pl-1.5 font-sans text-label text-muted">
          <VisibleText text={words.movedFrom(from)} />
        </span>
      )}
    </span>
  );
}
