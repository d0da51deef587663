import { Menu, type MenuItemConstructorOptions } from "electron";

/** The application menu. Items send an action's id to the window; what it does is defined there, once. */
export function setMenu(send: (action: string) => void): void {
  if (process.platform !== "darwin") {
    // The window's own registry has the shortcuts; a hidden menu would only add reload and zoom.
    Menu.setApplicationMenu(null);
    return;
  }
  const action = (label: string, id: string, accelerator?: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(id),
    ...(accelerator === undefined ? {} : { accelerator }),
  });
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      { role: "appMenu" },
      {
        label: "File",
        submenu: [
          action("New Session", "session.new", "Cmd+N"),
          action("Open Project…", "workspace.choose", "Cmd+O"),
          { type: "separator" },
          { role: "close" },
        ],
      },
      { role: "editMenu" },
      { role: "windowMenu" },
    ]),
  );
}
