import { useState } from "react";
import type { UsageCall } from "../../../shared/usage-panel.ts";
import { useMessages } from "../messages/messages.tsx";
import { momentText } from "../usage/figures-text.ts";
import { useLanguage } from "../usage/use-language.ts";
import { RequestDialog } from "./request-dialog.tsx";

/** A request's cache share, that opens the cache report of it. */
export function RequestButton({
  call,
  share,
}: {
  readonly call: UsageCall;
  readonly share: string;
}) {
  const { context: words } = useMessages();
  const language = useLanguage();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        aria-haspopup="dialog"
        aria-label={`${share}. ${words.showRequest(momentText(call.at, language))}`}
        className="rounded-control underline decoration-line-control decoration-dotted underline-offset-4 hover:text-accent"
        onClick={() => {
          setOpen(true);
        }}
      >
        {share}
      </button>
      {isOpen && (
        <RequestDialog
          call={call}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}
