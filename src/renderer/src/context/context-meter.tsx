import { useCallback, useState } from "react";
import type { ContextMeter as Meter } from "../../../shared/context.ts";
import type { SessionState } from "../../../shared/session-state.ts";
import { tokenCount } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { ContextDialog } from "./context-dialog.tsx";

/** How full the model is, with marks where the price rises; opens what fills it. Nothing before the first request. */
export function ContextMeter({ session }: { readonly session: SessionState }) {
  const [isOpen, setOpen] = useState(false);
  const { sessionId, model, compaction, usage } = session;
  const { client } = useServices();
  const { value: meter } = useAnswer(
    useCallback(
      async () => (usage.calls === 0 ? null : client("context.meter", { sessionId })),
      // oxlint-disable-next-line react/exhaustive-deps -- asked anew after each request, compaction and switch
      [client, sessionId, model, compaction, usage.calls],
    ),
  );
  if (meter === null || meter.tokens === 0) return null;
  return (
    <>
      <MeterButton
        meter={meter}
        onOpen={() => {
          setOpen(true);
        }}
      />
      {isOpen && (
        <ContextDialog
          session={session}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function MeterButton({ meter, onOpen }: { readonly meter: Meter; readonly onOpen: () => void }) {
  const { context: words } = useMessages();
  const { tokens, windowTokens } = meter;
  const share = windowTokens === null ? null : Math.min(100, (100 * tokens) / windowTokens);
  const percent = share === null ? "" : `${share < 1 ? "<1" : Math.round(share)}%`;
  const label =
    windowTokens === null
      ? words.meter(tokenCount(tokens))
      : words.meterOf(tokenCount(tokens), tokenCount(windowTokens), percent);
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      aria-haspopup="dialog"
      className="flex h-7 shrink-0 items-center gap-1.5 rounded-control px-1.5 text-label text-muted tabular-nums hover:bg-hover hover:text-primary"
      onClick={onOpen}
    >
      {share === null ? tokenCount(tokens) : <MeterBar meter={meter} share={share} />}
      {percent}
    </button>
  );
}

/** Nine tenths are where a conversation is compacted. */
const nearlyFull = 80;

function MeterBar({ meter, share }: { readonly meter: Meter; readonly share: number }) {
  const { brackets, windowTokens } = meter;
  return (
    <span aria-hidden className="relative h-1 w-12">
      <span className="block h-full overflow-hidden rounded-control bg-line-control/40">
        <span
          className={cx(
            "block h-full min-w-0.5 rounded-control",
            share >= nearlyFull ? "bg-needs" : "bg-secondary",
          )}
          style={{ width: `${share}%` }}
        />
      </span>
      {brackets
        .filter((edge) => windowTokens !== null && edge < windowTokens)
        .map((edge) => (
          <span
            key={edge}
            className="absolute -top-0.5 h-2 w-px bg-line-control"
            style={{ left: `${(100 * edge) / (windowTokens ?? 1)}%` }}
          />
        ))}
    </span>
  );
}
