import { memo } from "react";
import { useMessages } from "../messages/messages.tsx";
import { lookalikesIn } from "./lookalikes.ts";
import { visibleParts } from "./visible-characters.ts";

export interface ExactPart {
  readonly text: string;
  /** "U+202E" for a character that cannot be seen, or that passes for another; null for ordinary text. */
  readonly mark: string | null;
  /** The ASCII character that it passes for. */
  readonly twin: string | null;
}

/** Text of several lines, split so that nothing in it can be overlooked or mistaken. */
export function exactParts(text: string): readonly ExactPart[] {
  return visibleParts(text, true).flatMap((part): readonly ExactPart[] => {
    if (part.mark !== null) return [{ ...part, twin: null }];
    const parts: ExactPart[] = [];
    let end = 0;
    for (const { index, text: own, twin } of lookalikesIn(part.text)) {
      if (index > end) parts.push({ text: part.text.slice(end, index), mark: null, twin: null });
      const code = (own.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
      parts.push({ text: own, mark: `U+${code}`, twin });
      end = index + own.length;
    }
    if (end < part.text.length) parts.push({ text: part.text.slice(end), mark: null, twin: null });
    return parts;
  });
}

const markClass = "mx-px rounded-control border border-needs px-0.5 font-mono text-meta text-needs";

/** The exact bytes that are asked about, in the order in which they are there, whatever script they are in. */
export const ExactText = memo(function ExactText({
  parts,
}: {
  readonly parts: readonly ExactPart[];
}) {
  const { approvals: words } = useMessages();
  return (
    <span dir="ltr" className="[unicode-bidi:bidi-override]">
      {parts.map(({ text, mark, twin }, index) =>
        mark === null ? (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
          <span key={index}>{text}</span>
        ) : (
          <span
            // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
            key={index}
            data-mark
            className={markClass}
            title={twin === null ? mark : words.looksLike(mark, twin)}
          >
            {twin === null ? mark : `${text} ${mark}`}
          </span>
        ),
      )}
    </span>
  );
});
