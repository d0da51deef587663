import { Menu, nativeImage, Tray } from "electron";
import { join } from "node:path";

export type TrayState = "idle" | "running" | "needs-you";

export interface TrayActions {
  openMain(): void;
  quickAsk(): void;
  quit(): void;
}

/** The icon in the system's tray. Null where the desktop has none: Belay works without. */
export interface BelayTray {
  show(state: TrayState): void;
}

const tooltips: Readonly<Record<TrayState, string>> = {
  idle: "Belay",
  running: "Belay: working",
  "needs-you": "Belay: needs you",
};

export function createTray(resources: string, actions: TrayActions): BelayTray {
  const icon = (state: TrayState) => {
    const image = nativeImage.createFromPath(
      join(
        resources,
        "tray",
        process.platform === "darwin" ? `${state}Template.png` : `${state}.png`,
      ),
    );
    if (process.platform === "darwin") image.setTemplateImage(true);
    return image;
  };
  const tray = new Tray(icon("idle"));
  tray.setToolTip(tooltips.idle);
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: "Quick ask", click: () => actions.quickAsk() },
      { label: "Open Belay", click: () => actions.openMain() },
      { type: "separator" },
      { label: "Quit Belay", click: () => actions.quit() },
    ]),
  );
  tray.on("click", () => actions.quickAsk());
  let shown: TrayState = "idle";
  return {
    show(state) {
      if (state === shown) return;
      shown = state;
      tray.setImage(icon(state));
      tray.setToolTip(tooltips[state]);
    },
  };
}
