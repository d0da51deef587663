import { z } from "zod";

export const windowStateSchema = z.object({
  width: z.int().min(940).max(10_000),
  height: z.int().min(600).max(10_000),
  x: z.int().optional(),
  y: z.int().optional(),
  maximized: z.boolean(),
});
/** Where the main window was when it was closed. */
export type WindowState = z.infer<typeof windowStateSchema>;

export const defaultWindowState: WindowState = { width: 1280, height: 800, maximized: false };

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The remembered place if enough of it is still on a display; else the size alone, so that the system centres it. */
export function placeOn(state: WindowState, displays: readonly Area[]): WindowState {
  const { x, y, ...size } = state;
  if (x === undefined || y === undefined) return size;
  const seen = displays.some(
    (area) =>
      x + 100 < area.x + area.width &&
      x + state.width - 100 > area.x &&
      y >= area.y &&
      y + 40 < area.y + area.height,
  );
  return seen ? state : size;
}
