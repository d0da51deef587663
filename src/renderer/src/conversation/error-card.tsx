import type { ReactNode } from "react";
import type { CallId, SessionId } from "../../../shared/ids.ts";
import type { TurnState } from "../../../shared/session-state.ts";
import { useServices, useSessions } from "../app/services.tsx";
import { SuccessorList } from "../app/successor-list.tsx";
import { isPast, useModels } from "../app/use-models.ts";
import { useNetwork } from "../app/use-network.ts";
import { useReplaceModel } from "../app/use-switching.ts";
import { FindRegion } from "../key/find-region.tsx";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { RaiseLimit } from "./raise-limit.tsx";
import { cx } from "../ui/cx.ts";
import { toolText } from "../text/tool-text.ts";

export interface ErrorCardProps {
  readonly sessionId: SessionId;
  readonly turn: TurnState;
  /** Only the last prompt can go on. */
  readonly isLast: boolean;
}

const quiet: ReadonlySet<string> = new Set(["interrupted", "cancelled", "needs-approval"]);

/** Why a prompt was not finished, and what to do about it. Nothing goes on by itself. */
export function ErrorCard({ sessionId, turn, isLast }: ErrorCardProps) {
  const { conversation: words } = useMessages();
  const code = codeOf(turn);
  const title = words.errors[code] ?? words.errors.other;
  const detail = turn.error?.message ?? (code === "interrupted" ? words.interruptedDetail : null);
  return (
    <section
      role={isLast ? "alert" : undefined}
      className="flex flex-wrap items-center gap-2 rounded-card border border-line bg-card py-2 pr-2 pl-3"
    >
      <div className="min-w-80 flex-1 text-ui">
        <p className={cx("font-medium", quiet.has(code) ? "text-primary" : "text-failed")}>
          {title}
        </p>
        {detail !== null && (
          <p className="selectable text-secondary wrap-anywhere">
            <VisibleText text={detail} multiline />
          </p>
        )}
        {code === "unavailable" && <p className="text-secondary">{words.pausedDetail}</p>}
        {code === "unavailable" && isLast && <Network />}
        {code === "budget" && <p className="text-secondary">{words.budgetDetail}</p>}
        {code === "unknown-price" && <p className="text-secondary">{words.unknownPriceDetail}</p>}
      </div>
      {isLast && (
        <Remedies sessionId={sessionId} code={code} suspect={turn.error?.leaveOut}>
          {turn.error?.raise !== undefined && (
            <RaiseLimit sessionId={sessionId} raise={turn.error.raise} />
          )}
        </Remedies>
      )}
      {isLast && (code === "model-not-found" || code === "unknown-price") && (
        <Successors
          sessionId={sessionId}
          named={turn.error?.successors ?? none}
          pricedOnly={code === "unknown-price"}
        />
      )}
    </section>
  );
}

function codeOf(turn: TurnState): string {
  if (turn.status === "failed") return turn.error?.code ?? "other";
  if (turn.status === "budget") return turn.error?.unkept ?? "budget";
  return turn.status;
}

interface RemediesProps {
  readonly sessionId: SessionId;
  readonly code: string;
  /** The call whose result probably caused a refusal. */
  readonly suspect: CallId | undefined;
  /** What goes on by a change of its own, first. */
  readonly children?: ReactNode;
}

/** The same request would be refused again, unless something else was changed. */
const asItWas: ReadonlySet<string> = new Set(["model-not-found", "unauthorized", "refused"]);

function Remedies({ sessionId, code, suspect, children }: RemediesProps) {
  const { conversation: words, switching } = useMessages();
  const { client, attempt, commands } = useServices();
  const retry = (): Promise<unknown> => client("session.retry", { sessionId });
  return (
    <div className="flex flex-wrap items-center gap-1">
      {code === "unauthorized" && <FindRegion onSwitched={retry} />}
      {children}
      {code === "unknown-price" && <AnyPrice sessionId={sessionId} />}
      {(code === "unauthorized" || limitCodes.has(code)) && (
        <Button
          onClick={() => {
            commands.showOverlay("settings", limitCodes.has(code) ? "agent" : "key");
          }}
        >
          {words.openSettings}
        </Button>
      )}
      {suspect !== undefined && <LeaveOut sessionId={sessionId} callId={suspect} />}
      {code !== "needs-approval" && code !== "unknown-price" && (
        <Button
          variant={code === "interrupted" || code === "unavailable" ? "primary" : "quiet"}
          onClick={() => {
            attempt(retry);
          }}
        >
          {asItWas.has(code) ? switching.retry : words.continue}
        </Button>
      )}
    </div>
  );
}

/** A limit stands in the way: what it is can be changed in the settings. */
const limitCodes: ReadonlySet<string> = new Set(["budget", "unknown-price", "other-currency"]);

/** Lets the model go on although nobody knows what it costs: for this prompt, or for the session. */
function AnyPrice({ sessionId }: { readonly sessionId: SessionId }) {
  const { conversation: words } = useMessages();
  const { client, attempt } = useServices();
  return (["prompt", "session"] as const).map((anyPrice) => (
    <Button
      key={anyPrice}
      onClick={() => {
        attempt(() => client("session.retry", { sessionId, anyPrice }));
      }}
    >
      {words.anyPrice[anyPrice]}
    </Button>
  ));
}

/** Repeats the step without one result; what that was stays on its card. */
function LeaveOut({
  sessionId,
  callId,
}: {
  readonly sessionId: SessionId;
  readonly callId: CallId;
}) {
  const { conversation: words } = useMessages();
  const { client, attempt } = useServices();
  const item = useSessions((state) =>
    state.sessions[sessionId]?.turns
      .flatMap((turn) => turn.items)
      .find((each) => each.kind === "tool" && each.callId === callId),
  );
  if (item?.kind !== "tool") return null;
  return (
    <Button
      variant="primary"
      onClick={() => {
        attempt(() => client("session.retry", { sessionId, leaveOut: callId }));
      }}
    >
      {words.leaveOut(item.name, toolText(item, words).object)}
    </Button>
  );
}

/** Whether the network is there, once it was seen to be away. */
function Network() {
  const { switching: words } = useMessages();
  const { isOnline, wasAway } = useNetwork();
  if (isOnline && !wasAway) return null;
  return (
    <output className={cx("block", isOnline ? "text-ok" : "text-needs")}>
      {isOnline ? words.backOnline : words.offline}
    </output>
  );
}

const none: readonly string[] = [];

interface SuccessorsProps {
  readonly sessionId: SessionId;
  /** What the refusal itself names. */
  readonly named: readonly string[];
  /** None but those whose price is known. */
  readonly pricedOnly: boolean;
}

/** Models to go on with in place of one that is gone: the step that failed is repeated with the one chosen. */
function Successors({ sessionId, named, pricedOnly }: SuccessorsProps) {
  const { client, attempt, sessions } = useServices();
  const { value: models } = useModels();
  const replace = useReplaceModel(sessionId);
  const present = sessions.store.getState().sessions[sessionId]?.model;
  const rank = (id: string): number => (named.includes(id) ? named.indexOf(id) : named.length);
  const others = (models ?? [])
    .filter(({ id, retired }) => id !== present && (named.includes(id) || !isPast(retired)))
    .filter(({ inputPrice }) => !pricedOnly || inputPrice !== null)
    .toSorted((one, other) => rank(one.id) - rank(other.id))
    .slice(0, 3);
  if (others.length === 0) return null;
  return (
    <SuccessorList
      models={others}
      onChoose={(model) => {
        attempt(async () => {
          await replace(model);
          await client("session.retry", { sessionId });
        });
      }}
    />
  );
}
