import { contextBridge, ipcRenderer, webUtils } from "electron";
import { callChannel, eventChannel } from "../shared/channels.ts";

contextBridge.exposeInMainWorld("bridge", {
  call: (operation: string, input: unknown): Promise<unknown> =>
    ipcRenderer.invoke(callChannel, operation, input),
  subscribe: (listener: (announcement: unknown) => void): (() => void) => {
    // The listener gets the announcement only: the event would hand it Electron's own objects.
    const forward = (_event: unknown, announcement: unknown): void => listener(announcement);
    ipcRenderer.on(eventChannel, forward);
    return () => void ipcRenderer.off(eventChannel, forward);
  },
  // Chromium tells a page no paths. A file that the page made up has none.
  pathOf: (file: File): string => webUtils.getPathForFile(file),
});
