import { mkdirSync } from "node:fs";
import { join } from "node:path";
import axe from "axe-core";
import type { ElectronApplication, Page } from "playwright";

const themes = ["dark", "light"] as const;
const sizes = [
  { width: 1280, height: 800 },
  { width: 1440, height: 900 },
] as const;

export interface Photographer {
  /**
   * Looks at what a page shows in both themes and sizes; answers what is wrong with it, one line each: faults that axe
   * finds (contrast too, as painted) and content wider than the window. With `BELAY_SHOTS=folder` it keeps the pictures.
   */
  readonly look: (name: string, page: Page) => Promise<readonly string[]>;
}

/** Looks at views of a running app. Pages that are not the main window keep their size. */
export function createPhotographer(app: ElectronApplication, main: Page): Photographer {
  const folder = process.env["BELAY_SHOTS"];
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const keep = async (page: Page, name: string): Promise<void> => {
    if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  return {
    look: async (name, page) => {
      const faults = new Set<string>();
      for (const { width, height } of page === main ? sizes : sizes.slice(0, 1)) {
        if (page === main) await resize(app, { width, height });
        for (const theme of themes) {
          await page.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
          await page.evaluate(() => new Promise(requestAnimationFrame));
          await keep(page, `${name}-${theme}-${width}`);
          for (const fault of await faultsOf(page)) faults.add(`${name}, ${theme}: ${fault}`);
        }
      }
      return [...faults];
    },
  };
}

async function resize(
  app: ElectronApplication,
  size: { readonly width: number; readonly height: number },
): Promise<void> {
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    const window = BrowserWindow.getAllWindows().find(({ webContents }) =>
      webContents.getURL().endsWith("/index.html"),
    );
    window?.setContentSize(width, height);
  }, size);
}

async function faultsOf(page: Page): Promise<readonly string[]> {
  // Evaluated from outside, so that the page's policy against scripts of others stands.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await window.axe.run(document.body, {
      // What scrolls takes the focus by itself in Chromium, which axe does not know.
      rules: { region: { enabled: false }, "scrollable-region-focusable": { enabled: false } },
    });
    const found = violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.failureSummary ?? ""} ${node.html}`.slice(0, 400)),
    );
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [...found, `content is ${scrollWidth} px wide`] : found;
  });
}

declare global {
  interface Window {
    /** What evaluating axe-core's source puts there. */
    readonly axe: typeof axe;
  }
}
