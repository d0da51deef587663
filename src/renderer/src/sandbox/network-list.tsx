import { useState } from "react";
import type { HostGrant, OpenedNetwork } from "../../../shared/network.ts";
import type { SessionId } from "../../../shared/ids.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useAskedAgain } from "../app/use-asked-again.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";

/** What this session's commands may reach, each with a button that takes it back. */
export function NetworkList() {
  const sessionId = useApp((state) => state.sessionId);
  return sessionId === null ? null : <Granted key={sessionId} sessionId={sessionId} />;
}

const everyMs = 2000;

function Granted({ sessionId }: { readonly sessionId: SessionId }) {
  const { sandbox: words } = useMessages();
  const { client, attempt } = useServices();
  // Counted, so that a change is asked for at once.
  const [changes, setChanges] = useState(0);
  const open = useAskedAgain(`${sessionId} ${changes}`, everyMs, () =>
    client("network.granted", { sessionId }),
  );
  const change = (act: () => Promise<OpenedNetwork>): void =>
    attempt(async () => {
      await act();
      setChanges((before) => before + 1);
    });
  if (open === null) return null;
  return (
    <section aria-label={words.network} className="flex flex-col gap-1">
      <h3 className="text-ui font-medium text-primary">{words.network}</h3>
      {open.hosts.length + open.localPorts.length === 0 ? (
        <p className="text-label text-secondary">{words.networkNone}</p>
      ) : (
        <>
          <p className="text-label text-secondary">{words.networkDetail}</p>
          <ul aria-label={words.network} className="flex flex-col">
            {open.hosts.map((grant) => (
              <Host
                key={JSON.stringify(grant)}
                grant={grant}
                isWidened={isWidened(grant, open)}
                onWiden={() => change(() => client("network.widen", { sessionId, grant }))}
                onTakeBack={() => change(() => client("network.revoke", { sessionId, grant }))}
              />
            ))}
            {open.localPorts.map((localPort) => (
              <li key={localPort} className="flex items-center gap-2 py-0.5">
                <span className="min-w-0 flex-1 text-ui">{words.localPort(localPort)}</span>
                <TakeBack
                  name={words.localPort(localPort)}
                  onPress={() =>
                    change(() => client("network.revoke", { sessionId, grant: { localPort } }))
                  }
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

/** Whether names below it are open already, or cannot be: an address, a name of one word. */
const isWidened = (grant: HostGrant, { hosts }: OpenedNetwork): boolean =>
  grant.below ||
  !/[a-z][^.]*$/.test(grant.host) ||
  !grant.host.includes(".") ||
  hosts.some(({ host, below, port }) => below && host === grant.host && port === grant.port);

const placeOf = ({ host, below, port }: HostGrant): string =>
  [below ? "*." : "", host, port === null ? "" : `:${port}`].join("");

/** The press that opened the question was on a button that is gone; Enter again answers no. */
const focusNow = (button: HTMLButtonElement | null): void => button?.focus();

interface HostProps {
  readonly grant: HostGrant;
  readonly isWidened: boolean;
  readonly onWiden: () => void;
  readonly onTakeBack: () => void;
}

/** More than was asked for is opened in two presses, the second beside what it means. */
function Host({ grant, isWidened: hasBelow, onWiden, onTakeBack }: HostProps) {
  const { sandbox: words } = useMessages();
  const [asks, setAsks] = useState(false);
  const place = placeOf(grant);
  return (
    <li className="flex flex-col py-0.5">
      <div className="flex items-center gap-2">
        <span className="selectable min-w-0 flex-1 text-ui wrap-anywhere">
          <VisibleText text={place} />
          {grant.isPrivate && <span className="text-label text-muted"> · {words.isPrivate}</span>}
        </span>
        {!hasBelow && !asks && (
          <Button
            variant="plain"
            aria-label={words.widenNamed(place)}
            onClick={() => {
              setAsks(true);
            }}
          >
            {words.widen}
          </Button>
        )}
        <TakeBack name={place} onPress={onTakeBack} />
      </div>
      {asks && !hasBelow && (
        <div className="my-1 flex flex-col gap-1.5 rounded-control border border-needs bg-pane px-2 py-1.5">
          <p className="text-label text-primary wrap-anywhere">{words.widenDetail(grant.host)}</p>
          <div className="flex flex-wrap gap-1">
            <Button onClick={onWiden}>{words.widenNow(placeOf({ ...grant, below: true }))}</Button>
            <Button
              variant="plain"
              ref={focusNow}
              onClick={() => {
                setAsks(false);
              }}
            >
              {words.widenNot}
            </Button>
          </div>
        </div>
      )}
    </li>
  );
}

function TakeBack({ name, onPress }: { readonly name: string; readonly onPress: () => void }) {
  const { sandbox: words } = useMessages();
  return (
    <Button aria-label={words.takeBackNamed(name)} onClick={onPress}>
      {words.takeBack}
    </Button>
  );
}
