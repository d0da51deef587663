import { useState } from "react";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";

const shownCharacters = 6000;

export interface LongTextProps {
  readonly text: string;
  /** Shows the end rather than the beginning: for output that grows. */
  readonly fromEnd?: boolean;
}

/** A tool's text as it is, in code type; long text shows a part first. */
export function LongText({ text, fromEnd = false }: LongTextProps) {
  const messages = useMessages();
  const [isWhole, setWhole] = useState(false);
  const isCut = !isWhole && text.length > shownCharacters;
  const part = fromEnd ? text.slice(-shownCharacters) : text.slice(0, shownCharacters);
  return (
    <>
      <pre className="selectable max-h-80 overflow-y-auto font-mono text-code text-secondary wrap-anywhere whitespace-pre-wrap">
        <VisibleText text={isCut ? part : text} multiline />
      </pre>
      {isCut && (
        <Button
          variant="plain"
          className="-ml-2"
          onClick={() => {
            setWhole(true);
          }}
        >
          {messages.conversation.showAll(text.length)}
        </Button>
      )}
    </>
  );
}
