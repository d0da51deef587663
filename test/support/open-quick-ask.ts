import type { Page } from "playwright";
import { callBridge } from "./call-bridge.ts";
import type { LaunchedWindow } from "./launch-window.ts";

/** Opens the quick-ask window by its shortcut. The press comes from here: a test has no keyboard outside of the windows. */
export async function openQuickAsk({ app, page }: LaunchedWindow): Promise<Page> {
  await app.evaluate(({ globalShortcut }) => {
    globalShortcut.register = (_accelerator, press) => {
      Reflect.set(globalThis, "press", press);
      return true;
    };
  });
  await callBridge(page, "settings.set", { quickAskShortcut: "Control+Alt+F8" });
  const opening = app.waitForEvent("window");
  await pressQuickAsk({ app });
  const quick = await opening;
  quick.setDefaultTimeout(60_000);
  await quick.getByRole("main").waitFor();
  return quick;
}

/** Presses the shortcut that openQuickAsk has set. */
export async function pressQuickAsk({ app }: Pick<LaunchedWindow, "app">): Promise<void> {
  await app.evaluate(() => {
    const pressed: unknown = Reflect.get(globalThis, "press");
    if (typeof pressed === "function") Reflect.apply(pressed, undefined, []);
  });
}
