import { useCallback, useState } from "react";
import type { KeyCheck } from "../../../shared/app.ts";
import { AppError } from "../../../shared/errors.ts";
import { useServices, type Services } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";

/** What the person has entered. Empty region = try them all; empty base URL = the regions' own hosts. */
export interface KeyEntry {
  readonly key: string;
  readonly region: string;
  readonly baseUrl: string;
  /** Of a workspace with a domain of its own; empty = the regions' common hosts. */
  readonly workspaceId: string;
}

export type KeyCheckState =
  | { readonly stage: "idle" }
  | { readonly stage: "asking" }
  | { readonly stage: "answered"; readonly check: KeyCheck }
  | { readonly stage: "failed"; readonly message: string };

export interface KeyCheckControl {
  readonly state: KeyCheckState;
  readonly run: (entry: KeyEntry, persist: "keychain" | "memory") => void;
  readonly takeEnvironment: () => void;
  readonly reset: () => void;
}

/** Runs a key check and keeps its answer. The key itself stays in the field and in main, nowhere between. */
export function useKeyCheck(): KeyCheckControl {
  const services = useServices();
  const [state, setState] = useState<KeyCheckState>({ stage: "idle" });
  const ask = (act: () => Promise<KeyCheck>): void => {
    setState({ stage: "asking" });
    askKey(services, act).then(setState, (error: unknown) => {
      setState({ stage: "failed", message: services.explain(error) });
    });
  };
  return {
    state,
    run: (entry, persist) => {
      ask(() =>
        services.client("key.check", {
          key: entry.key.trim(),
          persist,
          ...optional(entry),
        }),
      );
    },
    takeEnvironment: () => {
      ask(() => services.client("key.useEnvironment", {}));
    },
    reset: () => {
      setState({ stage: "idle" });
    },
  };
}

async function askKey(services: Services, act: () => Promise<KeyCheck>): Promise<KeyCheckState> {
  try {
    const check = await act();
    await services.commands.refreshKey();
    return { stage: "answered", check };
  } catch (error) {
    if (error instanceof AppError && error.code === "cancelled") return { stage: "idle" };
    throw error;
  }
}

const optional = (
  entry: Omit<KeyEntry, "key">,
): { region?: string; baseUrl?: string; workspaceId?: string } => ({
  ...(entry.region === "" ? {} : { region: entry.region }),
  ...(entry.baseUrl.trim() === "" ? {} : { baseUrl: entry.baseUrl.trim() }),
  ...(entry.workspaceId.trim() === "" ? {} : { workspaceId: entry.workspaceId.trim() }),
});

/** The hosts that a check of this entry would ask; empty while nothing is entered or the entry cannot be read yet. */
export function useHosts(entry: KeyEntry): readonly string[] {
  const { client } = useServices();
  const key = entry.key.trim();
  const { region, baseUrl, workspaceId } = entry;
  const ask = useCallback(async (): Promise<readonly string[]> => {
    if (key === "") return [];
    const place = optional({ region, baseUrl, workspaceId });
    return (await client("key.hosts", { key, ...place })).hosts;
  }, [client, key, region, baseUrl, workspaceId]);
  // A half-typed address has no host yet, which is no failure: the check itself says what is wrong with it.
  return useAnswer(ask).value ?? [];
}
