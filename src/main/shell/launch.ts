import type { Blocked } from "../../shared/blocked.ts";
import { childEnvironment } from "./child-environment.ts";
import { findShell } from "./find-shell.ts";

/** What a confinement has to say of a command that has ended. */
export interface LaunchEnd {
  /** For its card: what was blocked or taken back. */
  readonly notes: readonly string[];
  /** The walls among them that a person may open. */
  readonly blocked: readonly Blocked[];
}

/** A program as it will be started for a command line. */
export interface Launch {
  readonly program: string;
  readonly values: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Descriptors for the child, from number 4 on. */
  readonly descriptors: readonly number[];
  /** Whether descriptor 3 tells of the end: `left N`, the processes that were still there. */
  readonly reports: boolean;
  /** To be called once when the child was started, or could not be: closes what was opened for it. */
  started(): void;
  /** To be called once when its whole tree is gone. */
  ended(): LaunchEnd;
}

/** Makes the launch of a command line. `marker` goes into its environment. */
export type Launcher = (command: string, marker: Readonly<Record<string, string>>) => Launch;

/** The command line in the person's own environment, less what the allow-list keeps out: no sandbox. */
export function plainLauncher(environment: Readonly<Record<string, string | undefined>>): Launcher {
  return (command, marker) => {
    const shell = findShell(environment);
    return {
      program: shell.program,
      values: [...shell.before, command],
      environment: childEnvironment(environment, marker),
      descriptors: [],
      reports: false,
      started: () => undefined,
      ended: () => ({ notes: [], blocked: [] }),
    };
  };
}
