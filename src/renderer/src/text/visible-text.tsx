import { memo } from "react";
import { visibleParts } from "./visible-characters.ts";

export interface VisibleTextProps {
  readonly text: string;
  /** Keeps line breaks and tabs. */
  readonly multiline?: boolean;
}

/** Text from outside with its invisible characters marked: what is shown is what is there, in the order in which it is there. */
export const VisibleText = memo(function VisibleText({
  text,
  multiline = false,
}: VisibleTextProps) {
  const parts = visibleParts(text, multiline);
  if (parts.length === 1 && parts[0]?.mark === null) return text;
  return parts.map((part, index) =>
    part.mark === null ? (
      // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
      <span key={index}>{part.text}</span>
    ) : (
      <span
        // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
        key={index}
        data-mark
        className="mx-px rounded-control border border-needs px-0.5 font-mono text-meta text-needs"
      >
        {part.mark}
      </span>
    ),
  );
});
