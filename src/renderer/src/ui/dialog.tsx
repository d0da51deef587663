import type { ReactNode } from "react";
import { Dialog as Radix } from "radix-ui";
import { X } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "./cx.ts";
import { returnFocus } from "./return-focus.ts";

export interface DialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly title: string;
  /** A sentence under the title; also read aloud. */
  readonly description?: ReactNode;
  readonly width?: "small" | "medium" | "large";
  /** Buttons, the primary one last. */
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
}

const widths = { small: "w-110", medium: "w-160", large: "w-280" } as const;

/**
 * A modal dialog: traps the focus, Esc and a press outside close it.
 * The scrim is a plain element instead of Radix's overlay, which locks scrolling with a style element that the page's policy forbids.
 */
export function Dialog(props: DialogProps) {
  const messages = useMessages();
  const { open, onClose, title, description, width = "small", footer, children } = props;
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
    >
      <Radix.Portal>
        <div className="appear fixed inset-0 z-40 bg-scrim" aria-hidden />
        <Radix.Content
          onCloseAutoFocus={returnFocus}
          {...(description === undefined ? { "aria-describedby": undefined } : {})}
          className={cx(
            "fixed inset-0 z-40 m-auto flex h-fit max-h-[calc(100vh-80px)] max-w-[calc(100vw-48px)] flex-col",
            "rounded-dialog border border-line bg-pane shadow-overlay outline-none",
            widths[width],
          )}
        >
          <header className="px-5 pt-4 pr-12 pb-2">
            <Radix.Title className="text-prose font-semibold">{title}</Radix.Title>
            {description !== undefined && (
              <Radix.Description className="text-ui text-pretty text-secondary">
                {description}
              </Radix.Description>
            )}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-5 pt-1 pb-5">{children}</div>
          {footer !== undefined && (
            <footer className="flex items-center justify-end gap-2 border-t border-line px-5 py-3">
              {footer}
            </footer>
          )}
          {/* Last in the order of Tab, so that a dialog opens with the focus on its content. */}
          <Radix.Close
            aria-label={messages.common.close}
            className="absolute top-3.5 right-3 inline-flex size-7 items-center justify-center rounded-control text-secondary hover:bg-hover hover:text-primary"
          >
            <X className="icon" aria-hidden />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
