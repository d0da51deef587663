import type { Page } from "playwright";

export type DragStep = "dragEnter" | "dragOver" | "drop";

/** Drags a folder of the disk over the middle of a real window, step by step, as the system would. */
export async function dragFolder(
  page: Page,
  path: string,
): Promise<(type: DragStep) => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  return async (type) => {
    await session.send("Input.dispatchDragEvent", {
      type,
      x: 400,
      y: 300,
      data: { items: [], files: [path], dragOperationsMask: 1 },
    });
  };
}
