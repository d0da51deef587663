import { useEffect, useState } from "react";
import type { BackgroundCommand } from "../../../shared/background.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";

const everyMs = 2000;

/** A button for each port that a command listens on in its sandbox, where nobody reaches it unless the person says so. */
export function Ports({ command: { id } }: { readonly command: BackgroundCommand }) {
  const { background: words } = useMessages();
  const { client, attempt } = useServices();
  const ports = usePorts(id);
  if (ports.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-1 py-1 pr-2 pl-7">
      {ports.map((port) => (
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

function usePorts(id: string): readonly number[] {
  const { client } = useServices();
  const [ports, setPorts] = useState<readonly number[]>([]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isShown = true;
    const look = async (): Promise<void> => {
      try {
        const found = await client("background.ports", { id });
        if (isShown) setPorts(found.ports);
      } catch {
        // Its sandbox does not answer just now: what was there stays.
      }
      if (isShown) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [client, id]);
  return ports;
}
