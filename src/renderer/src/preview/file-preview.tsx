import { useEffect, useRef, useState, type ReactNode } from "react";
import type { FileLines } from "../../../shared/app.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { FileLinks, type FilePlace } from "../text/file-links.ts";
import { visibleString } from "../text/visible-characters.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { cx } from "../ui/cx.ts";
import { Dialog } from "../ui/dialog.tsx";

export interface FilePreviewProps {
  readonly sessionId: SessionId;
  /** What may name places: a press on one shows it. */
  readonly children: ReactNode;
}

/** Shows the lines that an answer's `path:line` names, as they are in the project now. */
export function FilePreview({ sessionId, children }: FilePreviewProps) {
  const { client, attempt } = useServices();
  const [shown, setShown] = useState<FileLines | null>(null);
  const show = ({ path, line }: FilePlace): void => {
    attempt(async () => {
      setShown(await client("file.lines", { sessionId, path, line }));
    });
  };
  return (
    <FileLinks value={show}>
      {children}
      {shown !== null && (
        <PreviewDialog
          file={shown}
          onClose={() => {
            setShown(null);
          }}
        />
      )}
    </FileLinks>
  );
}

function PreviewDialog({
  file,
  onClose,
}: {
  readonly file: FileLines;
  readonly onClose: () => void;
}) {
  const { conversation: words } = useMessages();
  const { path, line, firstLine, totalLines, lines } = file;
  return (
    <Dialog
      open
      onClose={onClose}
      width="large"
      title={visibleString(path)}
      description={words.previewLine(line, totalLines)}
    >
      <div className="selectable h-[min(60vh,560px)] overflow-auto rounded-card border border-line bg-card py-1 font-mono text-code">
        {lines.map((text, index) => (
          <Line
            // oxlint-disable-next-line react/no-array-index-key -- a line is what it is by its number
            key={firstLine + index}
            number={firstLine + index}
            text={text}
            isNamed={firstLine + index === line}
          />
        ))}
      </div>
    </Dialog>
  );
}

interface LineProps {
  readonly number: number;
  readonly text: string;
  readonly isNamed: boolean;
}

function Line({ number, text, isNamed }: LineProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (isNamed) element.current?.scrollIntoView({ block: "center" });
  }, [isNamed]);
  return (
    <div
      ref={element}
      aria-current={isNamed ? "location" : undefined}
      className={cx("flex min-h-5", isNamed && "bg-hover [box-shadow:inset_2px_0_0_var(--accent)]")}
    >
      <span
        aria-hidden
        className="w-14 shrink-0 pr-3 text-right text-meta leading-5 text-muted tabular-nums select-none"
      >
        {number}
      </span>
      <code className="min-w-0 flex-1 pr-3 font-mono [tab-size:4] wrap-anywhere whitespace-pre-wrap">
        <VisibleText text={text} multiline />
      </code>
    </div>
  );
}
