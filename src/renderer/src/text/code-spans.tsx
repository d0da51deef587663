import { visibleString } from "./visible-characters.ts";

/** A sentence of Belay's own in which commands stand between backticks: those are set as code, to be copied. */
export function CodeSpans({ text }: { readonly text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
      <span key={index}>{visibleString(part)}</span>
    ) : (
      // oxlint-disable-next-line react/no-array-index-key -- the parts of one text never move
      <code key={index} className="font-mono text-code text-primary">
        {visibleString(part)}
      </code>
    ),
  );
}
