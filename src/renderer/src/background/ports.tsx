import type { BackgroundCommand } from "../../../shared/background.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { useAskedAgain } from "../app/use-asked-again.ts";

/** A button for each port that a command listens on in its sandbox, where nobody reaches it unless the person says so. */
export function Ports({ command: { id } }: { readonly command: BackgroundCommand }) {
  const { background: words } = useMessages();
  const { client, attempt } = useServices();
  const found = useAskedAgain(id, 2000, (one) => client("background.ports", { id: one }));
  if (found === null || found.ports.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-1 py-1 pr-2 pl-7">
      {found.ports.map((port) => (
        <Button
          key={port}
          title={words.portNote}
          onClick={() => attempt(() => client("background.openPort", { id, port }))}
        >
          {words.openPort(port)}
        </Button>
      ))}
    </div>
  );
}
