import type { SessionState } from "../../../shared/session-state.ts";
import { useServices } from "../app/services.tsx";
import { SuccessorList } from "../app/successor-list.tsx";
import { useReplaceModel, useStanding } from "../app/use-switching.ts";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";

/** Says that the session's model is gone before a prompt is sent to it, and offers its successors. */
export function ModelGone({ session }: { readonly session: SessionState }) {
  const messages = useMessages();
  const { switching: words } = messages;
  const { attempt } = useServices();
  const standing = useStanding(session.kind === "demo" ? "" : session.model);
  const replace = useReplaceModel(session.sessionId);
  // A prompt that found out already says so itself.
  const isTold = session.turns.at(-1)?.error?.code === "model-not-found";
  if (standing === null || !standing.gone || isTold) return null;
  const { model, retired, region, successors } = standing;
  return (
    <div className="mx-auto w-full max-w-190 shrink-0 px-6">
      <section
        aria-label={session.model}
        className="mb-2 flex flex-wrap items-center gap-2 rounded-card border border-line bg-card px-3 py-2 text-ui"
      >
        <p>
          <span className="font-medium">
            {retired !== null
              ? words.goneRetired(model, retired.slice(0, 10))
              : words.goneMissing(model, regionName(region, messages))}
          </span>{" "}
          <span className="text-secondary">{words.goneChoose}</span>
        </p>
        <SuccessorList
          models={successors}
          onChoose={(id) => {
            attempt(() => replace(id));
          }}
        />
      </section>
    </div>
  );
}
