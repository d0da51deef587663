import { useState } from "react";
import type { MergePart } from "../../../shared/checkpoint.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { TextArea } from "../ui/text-area.tsx";
import type { EditedMerge } from "./use-merges.ts";

export interface MergeEditorProps {
  readonly merge: EditedMerge;
  readonly onEdit: (index: number, text: string) => void;
}

type Overlap = Extract<MergePart, { kind: "overlap" }>;

/** A file as a merge: what nobody disputes is shown, each overlap is a field with the texts to start from. */
export function MergeEditor({ merge, onEdit }: MergeEditorProps) {
  const { undo: words } = useMessages();
  const overlaps = merge.parts.flatMap((part, index) => (part.kind === "overlap" ? [index] : []));
  return (
    <div className="flex flex-col">
      <p className="px-3 py-2 text-label text-secondary">{words.editNote(overlaps.length)}</p>
      {merge.parts.map((part, index) =>
        part.kind === "same" ? (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of one merge never move
          <SameText key={index} text={part.text} />
        ) : (
          <OverlapField
            // oxlint-disable-next-line react/no-array-index-key -- the parts of one merge never move
            key={index}
            number={overlaps.indexOf(index) + 1}
            of={overlaps.length}
            part={part}
            text={merge.texts[index] ?? part.now}
            onEdit={(text) => {
              onEdit(index, text);
            }}
          />
        ),
      )}
    </div>
  );
}

const shownLines = 3;

/** The lines next to an overlap; those between are folded. */
function SameText({ text }: { readonly text: string }) {
  const { undo: words } = useMessages();
  const [isWhole, setWhole] = useState(false);
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  const isCut = !isWhole && lines.length > shownLines * 2 + 2;
  const hidden = lines.length - shownLines * 2;
  return (
    <div className="selectable px-3 py-1 font-mono text-code text-secondary">
      <Lines lines={isCut ? lines.slice(0, shownLines) : lines} />
      {isCut && (
        <>
          <Button
            variant="plain"
            className="-ml-2.5 font-sans"
            onClick={() => {
              setWhole(true);
            }}
          >
            {words.sameLines(hidden)}
          </Button>
          <Lines lines={lines.slice(-shownLines)} />
        </>
      )}
    </div>
  );
}

const Lines = ({ lines }: { readonly lines: readonly string[] }) => (
  <pre className="font-mono wrap-anywhere whitespace-pre-wrap">
    <VisibleText text={lines.join("\n")} multiline />
  </pre>
);

interface OverlapFieldProps {
  readonly number: number;
  readonly of: number;
  readonly part: Overlap;
  readonly text: string;
  readonly onEdit: (text: string) => void;
}

function OverlapField({ number, of, part, text, onEdit }: OverlapFieldProps) {
  const { undo: words } = useMessages();
  const field = fieldOf(part);
  const starts = [
    { label: words.takeNow, text: part.now },
    { label: words.takeOld, text: part.old },
    { label: words.takeBoth, text: joined(part.now, part.old) },
  ];
  return (
    <section
      aria-label={words.overlapOf(number, of)}
      className="border-y border-line bg-card px-3 py-2"
    >
      <div className="flex flex-wrap items-center gap-1 pb-1.5">
        <span className="text-label font-medium text-needs">{words.overlapOf(number, of)}</span>
        <span className="ml-auto flex gap-1">
          {starts.map((start) => (
            <Button
              key={start.label}
              variant="plain"
              aria-pressed={start.text === text}
              className="aria-pressed:bg-hover aria-pressed:text-primary"
              onClick={() => {
                onEdit(start.text);
              }}
            >
              {start.label}
            </Button>
          ))}
        </span>
      </div>
      <TextArea
        label={words.overlapText}
        labelHidden
        value={field.shown(text)}
        spellCheck={false}
        className="max-h-60 overflow-y-auto font-mono text-code"
        onChange={(event) => {
          onEdit(field.typed(event.target.value));
        }}
      />
    </section>
  );
}

const joined = (first: string, second: string): string =>
  first === "" || first.endsWith("\n") ? first + second : `${first}\n${second}`;

/** A field has no "\r" and its last line no end: what is shown, and what the person's text is in the file. */
function fieldOf({ now, changed, old }: Overlap) {
  const all = [now, changed, old];
  const lineEnd = all.some((one) => one.includes("\r\n")) ? "\r\n" : "\n";
  // Only at the end of a file a last line may have none; elsewhere what follows must not be drawn into it.
  const endsLine = all.some((one) => one.endsWith("\n"));
  return {
    shown: (text: string): string => {
      const plain = text.replaceAll("\r\n", "\n");
      return endsLine && plain.endsWith("\n") ? plain.slice(0, -1) : plain;
    },
    typed: (value: string): string => {
      if (value === "") return "";
      const text = value.replaceAll("\n", lineEnd);
      return endsLine ? text + lineEnd : text;
    },
  };
}
