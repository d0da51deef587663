import { useState } from "react";
import type { Output } from "../../../shared/contract.ts";
import { useServices } from "../app/services.tsx";

export type Clip = Output<"quick.clipboard">;

export interface ClipState {
  /** What goes with the next question; null until the person has pressed the chip. */
  readonly clip: Clip | null;
  readonly failure: string | null;
  readonly attach: () => void;
  readonly drop: () => void;
}

/** The clipboard for the next question: read by a press, never by itself. */
export function useClip(): ClipState {
  const { client, explain } = useServices();
  const [clip, setClip] = useState<Clip | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  return {
    clip,
    failure,
    attach: () => {
      setFailure(null);
      client("quick.clipboard", {}).then(setClip, (error: unknown) => {
        setFailure(explain(error));
      });
    },
    drop: () => {
      setClip(null);
      setFailure(null);
    },
  };
}
