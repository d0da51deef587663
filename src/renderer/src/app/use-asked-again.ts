import { useEffect, useEffectEvent, useState } from "react";

/**
 * What `ask` answers, asked again and again while shown; null before the first answer. Where it fails, what was there stays: a
 * command has just ended, until main says so and its row goes. `id` is whose answer it is: another one is asked for at once.
 */
export function useAskedAgain<T>(
  id: string,
  everyMs: number,
  ask: (id: string) => Promise<T>,
): T | null {
  const [answer, setAnswer] = useState<T | null>(null);
  const askNow = useEffectEvent(ask);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isShown = true;
    const look = async (): Promise<void> => {
      try {
        const found = await askNow(id);
        if (isShown) setAnswer(found);
      } catch {
        // See above.
      }
      if (isShown) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      isShown = false;
      clearTimeout(timer);
    };
  }, [id, everyMs]);
  return answer;
}
