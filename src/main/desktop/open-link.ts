import { dialog, shell, type BrowserWindow } from "electron";
import { AppError } from "../../shared/errors.ts";
import { outsideLink } from "./links.ts";
import type { Words } from "./words.ts";

const longestShown = 600;

/** Asks with the full host first, since a link's text is the model's; then hands it to the system. AppError("denied") for other schemes. */
export async function openLink(url: string, words: Words, parent?: BrowserWindow): Promise<void> {
  const link = outsideLink(url);
  if (link === undefined) throw new AppError("denied", "Only https and mailto links are opened.");
  const where = link.protocol === "mailto:" ? link.pathname : link.host;
  const question = {
    type: "question" as const,
    message: words.openLink(where),
    detail: link.href.length > longestShown ? `${link.href.slice(0, longestShown)}…` : link.href,
    buttons: [words.open, words.cancel],
    defaultId: 1,
    cancelId: 1,
    noLink: true,
  };
  const { response } =
    parent === undefined
      ? await dialog.showMessageBox(question)
      : await dialog.showMessageBox(parent, question);
  if (response === 0) await shell.openExternal(link.href);
}

/** Without a question: the person has pressed the port's button, and nothing of the address is anybody else's word. */
export async function openLocal(port: number): Promise<void> {
  if (Number.isInteger(port) && port > 0 && port <= 65_535)
    await shell.openExternal(`http://127.0.0.1:${port}/`);
}
