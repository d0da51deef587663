import type { SessionId } from "../../../shared/ids.ts";
import { useServices } from "../app/services.tsx";
import { useModels } from "../app/use-models.ts";
import { useNetwork } from "../app/use-network.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useNow } from "../app/use-now.ts";

export interface WorkingRowProps {
  readonly sessionId: SessionId;
  readonly model: string;
  /** When the request began, in milliseconds since 1970; a pause before it may not be over yet. */
  readonly since: number;
}

/** Seconds after which a person may want to do something about it. */
const patience = 20;

/** A request that has brought nothing yet: how long it has been, and after a while what can be done. */
export function WorkingRow({ sessionId, model, since }: WorkingRowProps) {
  const { switching: words } = useMessages();
  const { isOnline } = useNetwork();
  const seconds = Math.floor((useNow(true) - since) / 1000);
  if (seconds < 0) return null;
  return (
    <div className="flex min-h-7 flex-wrap items-center gap-2 text-ui text-secondary">
      <Spinner className="text-accent" />
      <span className="min-w-0 flex-1 wrap-anywhere">
        {words.waitingFor(model, seconds)}
        {!isOnline && ` · ${words.offline}`}
      </span>
      {seconds >= patience && <WayOut sessionId={sessionId} model={model} />}
    </div>
  );
}

/** Ends the request that hangs; with another model or the same one the step is repeated, finished ones are not. */
function WayOut({ sessionId, model }: { readonly sessionId: SessionId; readonly model: string }) {
  const { switching: words } = useMessages();
  const { client, attempt } = useServices();
  const { value: models } = useModels();
  const stop = (): Promise<unknown> => client("session.stop", { sessionId });
  const restart = (next?: string): void => {
    attempt(async () => {
      await stop();
      if (next !== undefined) await client("session.update", { sessionId, model: next });
      await client("session.retry", { sessionId });
    });
  };
  const others = (models ?? []).filter(({ id }) => id !== model);
  return (
    <span className="flex items-center gap-1">
      <Button
        onClick={() => {
          attempt(stop);
        }}
      >
        {words.stop}
      </Button>
      <Button
        onClick={() => {
          restart();
        }}
      >
        {words.retry}
      </Button>
      <Menu
        align="end"
        trigger={<Button disabled={others.length === 0}>{words.otherModel}</Button>}
      >
        {others.map(({ id }) => (
          <MenuItem
            key={id}
            onSelect={() => {
              restart(id);
            }}
          >
            {id}
          </MenuItem>
        ))}
      </Menu>
    </span>
  );
}
