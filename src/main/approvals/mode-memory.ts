import { z } from "zod";
import { modeSchema, type Mode } from "../../shared/events.ts";
import { readJson, writeAtomically } from "../json-file.ts";

/** The mode that the person chose last in each project, by the workspace's id: in the app's data, never in the project. */
export interface ModeMemory {
  of(workspace: string): Mode | null;
  remember(workspace: string, mode: Mode): void;
}

const fileSchema = z.record(z.string(), modeSchema);

/** More projects than this are not remembered: the oldest go back to the first mode. */
const mostModes = 1000;

export function createModeMemory(file: string): ModeMemory {
  const read = (): Record<string, Mode> =>
    readJson(file, fileSchema, (): Record<string, Mode> => ({})).value;
  return {
    of: (workspace) => new Map(Object.entries(read())).get(workspace) ?? null,
    remember(workspace, mode) {
      const { [workspace]: known, ...others } = read();
      if (known === mode) return;
      const entries = [...Object.entries(others), [workspace, mode] as const].slice(-mostModes);
      writeAtomically(file, `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`);
    },
  };
}
