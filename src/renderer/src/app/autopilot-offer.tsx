import { ShieldCheck } from "lucide-react";
import type { SessionState } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { useApp, useServices } from "./services.tsx";

/** So many commands allowed by hand say that asking has become a habit. */
const enough = 3;

/** Once, after the third sandboxed command that was allowed: Autopilot, where the sandbox check has passed. */
export function AutopilotOffer({ session }: { readonly session: SessionState }) {
  const { approvals: words } = useMessages();
  const { client, commands, attempt } = useServices();
  const isProven = useApp((state) => state.sandbox?.passed === true);
  const wasOffered = useApp((state) => state.settings?.autopilotOffered !== false);
  const isAsking = session.mode === "ask" || session.mode === "edit";
  if (!isProven || wasOffered || !isAsking || session.kind !== "chat") return null;
  if (allowedInside(session) < enough) return null;
  const settle = (accepts: boolean): void => {
    attempt(async () => {
      if (accepts) await client("session.update", { sessionId: session.sessionId, mode: "auto" });
      await commands.changeSettings({ autopilotOffered: true });
    });
  };
  return (
    <section aria-label={words.offerTitle} className="mx-auto mb-2 w-full max-w-190 px-6">
      <div className="flex flex-wrap items-center gap-1 rounded-card border border-line bg-card py-1 pr-1.5 pl-3">
        <ShieldCheck className="icon mr-1 text-ok" aria-hidden />
        <p className="min-w-60 flex-1 text-ui text-secondary">{words.offer}</p>
        <Button
          onClick={() => {
            settle(true);
          }}
        >
          {words.offerTake}
        </Button>
        <Button
          variant="plain"
          onClick={() => {
            settle(false);
          }}
        >
          {words.offerLeave}
        </Button>
      </div>
    </section>
  );
}

/** Commands of this session that the person allowed while the sandbox kept them in. */
const allowedInside = ({ turns }: SessionState): number =>
  turns
    .flatMap(({ items }) => items)
    .filter(
      (item) =>
        item.kind === "tool" && item.isAllowed && item.approval?.command?.sandbox.kind === "inside",
    ).length;
