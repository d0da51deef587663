import { Check, Copy } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { useCopy } from "./use-copy.ts";

export interface CodeBlockProps {
  readonly text: string;
  /** As the model named it; "" when it did not. */
  readonly language: string;
}

/** Code with its language and a button that copies it; inside of an element with the class `prose-text`. */
export function CodeBlock({ text, language }: CodeBlockProps) {
  const { conversation: words } = useMessages();
  const { copied, copy } = useCopy();
  return (
    <figure className="code-block">
      <figcaption>
        <span>{language}</span>
        <IconButton
          icon={copied ? Check : Copy}
          label={copied ? words.copied : words.copyCode}
          onClick={() => {
            copy(text);
          }}
        />
      </figcaption>
      <pre>
        <code>{text}</code>
      </pre>
    </figure>
  );
}

/** A text that is all code. */
export function CodeText({ text }: { readonly text: string }) {
  return (
    <div className="prose-text selectable text-prose">
      <CodeBlock text={text} language="" />
    </div>
  );
}
