import { useEffect, useState } from "react";
import { useServices } from "../app/services.tsx";

const everyMs = 700;

/** The end of what a background command has printed, asked for again and again while shown; null before the first answer. */
export function useTail(id: string): string | null {
  const { client } = useServices();
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isShown = true;
    const look = async (): Promise<void> => {
      try {
        const tail = await client("background.tail", { id });
        if (isShown) setText(tail.text);
      } catch {
        // It has just ended: what was shown stays until main says so and its row goes.
      }
      if (isShown) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [client, id]);
  return text;
}
