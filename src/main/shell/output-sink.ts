import { open, rm, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../shared/errors.ts";

/** Characters of output in a result: this many from the start and from the end. */
const headSize = 10_000;
const tailSize = 20_000;
const fileCap = 64 * 1024 * 1024;

export interface CollectedOutput {
  /** Start and end, with what lies between named by its size. */
  readonly text: string;
  readonly truncated: boolean;
}

/**
 * Collects a command's output: start and end in memory, all of it (up to 64 MB) in a file for this user only. Where the file cannot
 * be written (a full disk), the command goes on and the end of the text says that the middle is lost.
 */
export interface OutputSink {
  write(text: string): Promise<void>;
  collected(): CollectedOutput;
  /** Closes the file, and removes it unless `keep`. */
  close(keep: boolean): Promise<void>;
}

export const outputPath = (folder: string, id: string): string => join(folder, `${id}.txt`);

export async function createOutputSink(
  folder: string,
  id: string,
  openFile: typeof open = open,
): Promise<OutputSink> {
  const path = outputPath(folder, id);
  const file = await openFile(path, "wx", 0o600);
  let head = "";
  let tail = "";
  let length = 0;
  let fileBytes = 0;
  let last: Promise<void> = Promise.resolve();
  let failure: string | undefined;
  return {
    write(text) {
      const forHead = text.slice(0, Math.max(0, headSize - head.length));
      head += forHead;
      tail = (tail + text.slice(forHead.length)).slice(-tailSize);
      length += text.length;
      const bytes = Buffer.from(text);
      if (fileBytes >= fileCap || failure !== undefined) return Promise.resolve();
      fileBytes += bytes.length;
      // Waited for by the reader of the pipe: a flood waits for the disk instead of filling memory.
      last = appendAfter(last, file, bytes).catch((error: unknown) => {
        failure = messageOf(error).split(",")[0] ?? "";
      });
      return last;
    },
    collected() {
      const missing = length - head.length - tail.length;
      if (missing <= 0) return { text: head + tail, truncated: false };
      const text = `${head}\n… ${missing} characters left out …\n${tail}`;
      return failure === undefined
        ? { text, truncated: true }
        : { text: `${text}\n(what was left out could not be kept: ${failure})`, truncated: true };
    },
    async close(keep) {
      await last;
      await file.close();
      if (!keep) await rm(path, { force: true });
    },
  };
}

async function appendAfter(before: Promise<void>, file: FileHandle, bytes: Buffer): Promise<void> {
  await before;
  await writeAll(file, bytes);
}

async function writeAll(file: FileHandle, bytes: Buffer): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const { bytesWritten } = await file.write(bytes, done);
    done += bytesWritten;
  }
}
