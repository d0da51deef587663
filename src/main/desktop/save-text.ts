import { dialog, type BrowserWindow } from "electron";
import { writeFile } from "node:fs/promises";
import { AppError, messageOf } from "../../shared/errors.ts";
import type { Words } from "./words.ts";

export interface SaveTextOptions {
  readonly window: BrowserWindow;
  readonly words: Words;
  readonly suggestedName: string;
}

/** Asks for a place in the system's dialog, which also asks before it replaces a file, and writes the text there. */
export async function saveText(text: string, options: SaveTextOptions): Promise<string | null> {
  const { window, words, suggestedName } = options;
  const { canceled, filePath } = await dialog.showSaveDialog(window, {
    defaultPath: suggestedName,
    filters: [{ name: words.patchFiles, extensions: ["patch", "diff"] }],
    properties: ["createDirectory", "showOverwriteConfirmation"],
  });
  if (canceled || filePath === "") return null;
  try {
    await writeFile(filePath, text);
  } catch (cause) {
    throw new AppError("unavailable", words.notWritten(filePath, messageOf(cause)), { cause });
  }
  return filePath;
}
