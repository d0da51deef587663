import { useEffect, useState } from "react";
import { useServices } from "./services.tsx";

export interface Answer<T> {
  /** null until the first answer; the one before stays while a new one is on its way. */
  readonly value: T | null;
  readonly failure: string | null;
}

/** Asks when shown and whenever `ask` is another function (memoise it); an answer that comes too late is dropped. */
export function useAnswer<T>(ask: () => Promise<T>): Answer<T> {
  const { explain } = useServices();
  const [answer, setAnswer] = useState<Answer<T>>({ value: null, failure: null });
  useEffect(() => {
    let current = true;
    const run = async (): Promise<void> => {
      const next = await settle(ask, explain);
      if (current) setAnswer(next);
    };
    void run();
    return () => {
      current = false;
    };
  }, [ask, explain]);
  return answer;
}

async function settle<T>(
  ask: () => Promise<T>,
  explain: (error: unknown) => string,
): Promise<Answer<T>> {
  try {
    return { value: await ask(), failure: null };
  } catch (error) {
    return { value: null, failure: explain(error) };
  }
}
