import { Clipboard, X } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import type { ClipState } from "./use-clip.ts";

/** Adds the clipboard's text to the question, or leaves it out again. */
export function ClipChip({ state }: { readonly state: ClipState }) {
  const { quickAsk } = useMessages();
  const { clip, attach, drop } = state;
  const Icon = clip === null ? Clipboard : X;
  const lines = clip?.text.trimEnd().split("\n").length ?? 0;
  return (
    <button
      type="button"
      title={clip === null ? quickAsk.clipAdd : quickAsk.clipDrop}
      aria-pressed={clip !== null}
      onClick={clip === null ? attach : drop}
      className="flex h-7 shrink-0 items-center gap-1.5 rounded-control border border-line px-2 text-label text-secondary hover:bg-hover hover:text-primary aria-pressed:border-accent aria-pressed:text-primary"
    >
      {clip === null ? quickAsk.clip : quickAsk.clipAdded(lines, clip.cut)}
      <Icon className="size-3.5" aria-hidden />
    </button>
  );
}
