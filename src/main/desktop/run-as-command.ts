import { app } from "electron";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * Runs the `belay` command inside the installed program, which cannot be started as Node (its fuses see to that): no window,
 * no lock of the app, and Chromium's own files in a folder that is removed. Ends the process with the command's code.
 */
export async function runAsCommand(
  words: readonly string[],
  load: () => Promise<unknown>,
): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), "belay-command-"));
  app.setPath("userData", scratch);
  // Electron turns signals into an orderly end of the app; here they are the command's.
  app.on("before-quit", (event) => {
    event.preventDefault();
    process.emit("SIGINT");
  });
  process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
  process.argv = [process.execPath, "belay", ...words];
  await load();
  // What is still on its way to a pipe goes first.
  process.stdout.write("", () =>
    process.stderr.write("", () => app.exit(Number(process.exitCode ?? 0))),
  );
}
