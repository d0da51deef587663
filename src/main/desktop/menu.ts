import { Menu, type MenuItemConstructorOptions } from "electron";
import type { Words } from "./words.ts";

/**
 * The application menu. Items send the id of an action of the window's registry; what it does is defined there, once.
 * There is no reload, no zoom and no developer tools in it, and so no shortcut for them either.
 */
export function setMenu(words: Words, send: (action: string) => void): void {
  const action = (label: string, id: string, accelerator: string): MenuItemConstructorOptions => ({
    label,
    click: () => send(id),
    accelerator,
  });
  const settings = action(words.settings, "settings.open", "CmdOrCtrl+,");
  const file: MenuItemConstructorOptions = {
    label: words.file,
    submenu: [
      action(words.newSession, "session.new", "CmdOrCtrl+N"),
      action(words.openProject, "project.open", "CmdOrCtrl+O"),
      action(words.palette, "palette.open", "CmdOrCtrl+K"),
      { type: "separator" },
      { role: "close", label: words.closeWindow, accelerator: "CmdOrCtrl+W" },
      ...(process.platform === "darwin"
        ? []
        : [settings, { role: "quit", label: words.quit, accelerator: "Ctrl+Q" } as const]),
    ],
  };
  const template =
    process.platform === "darwin"
      ? [
          appMenu(words, settings),
          file,
          { role: "editMenu", label: words.edit } as const,
          { role: "windowMenu", label: words.window } as const,
        ]
      : [file];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

function appMenu(words: Words, settings: MenuItemConstructorOptions): MenuItemConstructorOptions {
  return {
    role: "appMenu",
    submenu: [
      { role: "about" },
      { type: "separator" },
      settings,
      { type: "separator" },
      { role: "services" },
      { type: "separator" },
      { role: "hide" },
      { role: "hideOthers" },
      { role: "unhide" },
      { type: "separator" },
      { role: "quit", label: words.quit },
    ],
  };
}
