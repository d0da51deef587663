import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";

const windowStateSchema = z.object({
  width: z.int().min(940).max(10_000),
  height: z.int().min(600).max(10_000),
  x: z.int().optional(),
  y: z.int().optional(),
  maximized: z.boolean(),
  /** The theme of the settings, known here before the settings are: the first frame is to have the right colours. */
  theme: z.enum(["system", "light", "dark"]).default("system"),
});
/** Where the main window was when it was closed, and how it looked. */
export type WindowState = z.infer<typeof windowStateSchema>;

const defaultWindowState: WindowState = {
  width: 1280,
  height: 800,
  maximized: false,
  theme: "system",
};

/** The window's state on disk. Losing it costs nothing, so neither reading nor saving ever fails. */
export interface WindowStateFile {
  read(): WindowState;
  save(change: Partial<WindowState>): void;
}

export function createWindowStateFile(path: string): WindowStateFile {
  const read = (): WindowState => {
    try {
      return windowStateSchema.parse(JSON.parse(readFileSync(path, "utf8")));
    } catch {
      return defaultWindowState; // never saved, or not understood
    }
  };
  return {
    read,
    save(change) {
      try {
        writeFileSync(path, JSON.stringify({ ...read(), ...change }), { mode: 0o600 });
      } catch {
        // A full disk: the window opens at its default place the next time.
      }
    },
  };
}

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The remembered place if its title bar can still be reached on a display; else the size alone, so that the system centres it. */
export function placeOn(state: WindowState, displays: readonly Area[]): WindowState {
  const { x, y, ...size } = state;
  if (x === undefined || y === undefined) return size;
  const reachable = displays.some(
    (area) =>
      x + 100 < area.x + area.width &&
      x + state.width - 100 > area.x &&
      y >= area.y &&
      y + 40 < area.y + area.height,
  );
  return reachable ? state : size;
}
