import { useEffect, useState } from "react";
import { AppError } from "../../../../shared/errors.ts";
import type { Reconciliation } from "../../../../shared/monitoring.ts";
import { useServices } from "../../app/services.tsx";

export interface CheckQuery {
  readonly region: string;
  readonly days: number;
}

export type CheckAnswer =
  | { readonly stage: "reading" }
  | { readonly stage: "stopped" }
  /** Nothing is set up for the region, or not any more. */
  | { readonly stage: "absent" }
  | { readonly stage: "failed"; readonly reason: string }
  | { readonly stage: "read"; readonly value: Reconciliation };

/** Compares ledger and provider when shown, and again when another time or region is asked for, or by `again`. Leaving stops it. */
export function useReconciliation({ region, days }: CheckQuery): {
  readonly answer: CheckAnswer;
  readonly again: () => void;
} {
  const { client, explain } = useServices();
  const [round, setRound] = useState(0);
  const [answer, setAnswer] = useState<CheckAnswer>({ stage: "reading" });
  useEffect(() => {
    let isShown = true;
    let isDone = false;
    const read = async (): Promise<void> => {
      setAnswer({ stage: "reading" });
      const now = Date.now();
      const next = await settle(
        () =>
          client("monitoring.reconcile", {
            region,
            since: new Date(now - days * 86_400_000).toISOString(),
            until: new Date(now).toISOString(),
          }),
        explain,
      );
      isDone = true;
      if (isShown) setAnswer(next);
    };
    void read();
    return () => {
      isShown = false;
      // Nobody waits for it any more; where it had ended, there is nothing to stop.
      if (!isDone) void client("monitoring.stop", {}).catch(() => undefined);
    };
    // oxlint-disable-next-line react/exhaustive-effect-dependencies -- another round asks anew
  }, [client, explain, region, days, round]);
  return {
    answer,
    again: () => {
      setRound(round + 1);
    },
  };
}

async function settle(
  ask: () => Promise<Reconciliation>,
  explain: (error: unknown) => string,
): Promise<CheckAnswer> {
  try {
    return { stage: "read", value: await ask() };
  } catch (error) {
    const code = error instanceof AppError ? error.code : null;
    if (code === "cancelled") return { stage: "stopped" };
    if (code === "not-found") return { stage: "absent" };
    return { stage: "failed", reason: explain(error) };
  }
}
