import { Menu, nativeImage, Tray } from "electron";
import { join } from "node:path";
import {
  trayItems,
  trayState,
  trayTooltip,
  type Activity,
  type TrayActions,
  type TrayState,
} from "./tray-menu.ts";
import type { Words } from "./words.ts";

/** The icon in the system's tray. */
export interface BelayTray {
  show(activity: Activity, words: Words): void;
}

/** Throws where the desktop has no tray: Belay works without. */
export function createTray(resources: string, actions: TrayActions): BelayTray {
  const tray = new Tray(icon(resources, "idle"));
  tray.on("click", () => actions.quickAsk());
  let shown = "";
  return {
    show(activity, words) {
      const state = JSON.stringify([activity, words.quit]);
      if (state === shown) return;
      shown = state;
      tray.setImage(icon(resources, trayState(activity)));
      tray.setToolTip(trayTooltip(activity, words));
      tray.setContextMenu(Menu.buildFromTemplate(trayItems(activity, words, actions)));
    },
  };
}

function icon(resources: string, state: TrayState): Electron.NativeImage {
  const isMac = process.platform === "darwin";
  const file = isMac ? `${state}Template.png` : `${state}.png`;
  const image = nativeImage.createFromPath(join(resources, "tray", file));
  // macOS colours a template image itself, for light and dark menu bars.
  if (isMac) image.setTemplateImage(true);
  return image;
}
