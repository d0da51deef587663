import { useEffect, useState } from "react";
import { X } from "lucide-react";
import { useStore } from "zustand";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "./button.tsx";
import { cx } from "./cx.ts";
import type { Toast, Toasts } from "./toast-store.ts";

const plainMs = 5000;
const withActionsMs = 12_000;

const tones: Readonly<Record<Toast["tone"], string>> = {
  neutral: "text-primary",
  ok: "text-ok",
  failed: "text-failed",
};

/** Where the window's toast appears: at the top, under a banner, where it covers nothing that is pressed. Stays while the pointer or the focus is on it. */
export function ToastArea({ toasts }: { readonly toasts: Toasts }) {
  const toast = useStore(toasts.store, (state) => state.toast);
  return (
    <output className="pointer-events-none fixed inset-x-0 top-12 z-50 [body:has([data-banner])_&]:top-22 flex justify-center px-6">
      {toast !== null && <ToastCard key={toast.id} toast={toast} onClose={toasts.dismiss} />}
    </output>
  );
}

function ToastCard({ toast, onClose }: { readonly toast: Toast; readonly onClose: () => void }) {
  const messages = useMessages();
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onClose, toast.actions.length > 0 ? withActionsMs : plainMs);
    return () => {
      clearTimeout(timer);
    };
  }, [held, onClose, toast]);
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- only holds the timer; every act has its own button
    <div
      onPointerEnter={() => {
        setHeld(true);
      }}
      onPointerLeave={() => {
        setHeld(false);
      }}
      onFocus={() => {
        setHeld(true);
      }}
      onBlur={() => {
        setHeld(false);
      }}
      className="appear-down pointer-events-auto flex min-h-9 max-w-160 items-center gap-1 rounded-card border border-line bg-card py-1 pr-1 pl-3 shadow-overlay"
    >
      <span className={cx("selectable mr-2 min-w-0 text-ui", tones[toast.tone])}>{toast.text}</span>
      {toast.actions.map((action) => (
        <Button
          key={action.label}
          variant="plain"
          className="enabled:text-accent"
          onClick={() => {
            onClose();
            action.perform();
          }}
        >
          {action.label}
        </Button>
      ))}
      <button
        type="button"
        aria-label={messages.common.dismiss}
        onClick={onClose}
        className="inline-flex size-7 shrink-0 items-center justify-center rounded-control text-muted hover:bg-hover hover:text-primary"
      >
        <X className="icon" aria-hidden />
      </button>
    </div>
  );
}
