import { useState } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { isAtWork, type SessionState } from "../../../shared/session-state.ts";
import type { SwitchCost } from "../../../shared/switching.ts";
import { tokenCount } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import type { Answer } from "../app/use-answer.ts";
import { modelDetail } from "../app/use-models.ts";
import { switchDetail, useSwitchCosts } from "../app/use-switching.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Select } from "../ui/select.tsx";
import { ValueDialog } from "./value-dialog.tsx";

/** Stands for "type an id"; no model is called so. */
const other = " other";

export interface ModelMenuProps {
  readonly session: SessionState;
  readonly models: Answer<readonly ModelOption[]>;
}

/** A model that takes less than the conversation has. */
interface TooSmall {
  readonly cost: SwitchCost;
  readonly tokens: number;
}

/** The models of this key with their price and what a switch costs, and any other by its id. */
export function ModelMenu({ session, models: { value: models, failure } }: ModelMenuProps) {
  const messages = useMessages();
  const words = messages.composer;
  const { sessionId, model } = session;
  const [isOpen, setOpen] = useState(false);
  const [isTyping, setTyping] = useState(false);
  const [tooSmall, setTooSmall] = useState<TooSmall | null>(null);
  const choose = useChoice(sessionId, setTooSmall);
  const ids = (models ?? []).map((option) => option.id);
  const moreOf = useSwitchDetails(session, ids, isOpen);
  const note = failure === null ? loadingNote(models, words) : words.modelsFailed(failure);
  const present = ids.includes(model) || model === "" ? [] : [{ value: model, label: model }];
  return (
    <>
      <Select
        look="bar"
        side="top"
        label={words.model}
        value={model}
        shown={model === "" ? words.modelNone : model}
        onOpenChange={setOpen}
        onChange={(value) => {
          if (value === other) setTyping(true);
          else if (value !== model) choose(value);
        }}
        options={[
          ...present,
          ...(models ?? []).map((option) => ({
            value: option.id,
            label: option.id,
            detail: modelDetail(option, messages),
            more: moreOf(option.id),
          })),
          { value: other, label: `${words.modelOther}…`, detail: note },
        ]}
      />
      {isTyping && (
        <ValueDialog
          title={words.modelOther}
          label={words.model}
          onChoose={choose}
          onClose={() => {
            setTyping(false);
          }}
        >
          {(id) => <TypedCost sessionId={sessionId} model={id} />}
        </ValueDialog>
      )}
      {tooSmall !== null && (
        <CompactDialog
          session={session}
          tooSmall={tooSmall}
          onClose={() => {
            setTooSmall(null);
          }}
        />
      )}
    </>
  );
}

const loadingNote = (models: unknown, words: Messages["composer"]): string | undefined =>
  models === null ? words.modelsLoading : undefined;

/** What a switch to each of these models means, asked when the menu opens. */
function useSwitchDetails(
  { sessionId, model, turns }: SessionState,
  ids: readonly string[],
  isOpen: boolean,
): (id: string) => string | undefined {
  const messages = useMessages();
  const { tokens, models } = useSwitchCosts(sessionId, ids, isOpen && turns.length > 0);
  const costs = new Map(models.map((cost) => [cost.model, cost]));
  return (id) => (id === model ? undefined : switchDetail(tokens, costs.get(id), messages));
}

/** Goes on with a model, or asks first where the conversation does not fit it. */
function useChoice(
  sessionId: SessionId,
  onTooSmall: (tooSmall: TooSmall) => void,
): (model: string) => void {
  const { client, attempt } = useServices();
  return (model) => {
    attempt(async () => {
      const { tokens, models } = await client("session.switchCosts", {
        sessionId,
        models: [model],
      });
      const [cost] = models;
      // A model that is not served is told of above the prompt; compacting for it would cost money for nothing.
      if (cost?.fits === false && !(await client("model.standing", { model })).gone)
        onTooSmall({ cost, tokens });
      else await client("session.update", { sessionId, model });
    });
  };
}

function TypedCost({
  sessionId,
  model,
}: {
  readonly sessionId: SessionId;
  readonly model: string;
}) {
  const messages = useMessages();
  const { tokens, models } = useSwitchCosts(sessionId, [model], model !== "");
  const detail = switchDetail(tokens, models[0], messages);
  return detail === undefined ? null : (
    <p className="pt-2 text-label text-secondary tabular-nums">{detail}</p>
  );
}

interface CompactDialogProps {
  readonly session: SessionState;
  readonly tooSmall: TooSmall;
  readonly onClose: () => void;
}

function CompactDialog({ session, tooSmall, onClose }: CompactDialogProps) {
  const messages = useMessages();
  const words = messages.switching;
  const { client, attempt } = useServices();
  const { sessionId } = session;
  const { model, maxInputTokens } = tooSmall.cost;
  const limit = tokenCount(maxInputTokens ?? 0);
  const go = (): void => {
    onClose();
    // In the middle of a prompt the next step compacts by itself.
    attempt(() =>
      isAtWork(session)
        ? client("session.update", { sessionId, model })
        : client("session.compact", { sessionId, model }),
    );
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={words.compactTitle(model)}
      footer={
        <>
          <Button onClick={onClose}>{messages.common.cancel}</Button>
          <Button variant="primary" onClick={go}>
            {words.compactAndSwitch}
          </Button>
        </>
      }
    >
      <p className="text-ui text-secondary">
        {words.compactText(tokenCount(tooSmall.tokens), limit, model)}
      </p>
    </Dialog>
  );
}
