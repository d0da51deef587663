import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** Opens the desktop app on a folder. In a checkout that is the start script; installed, the app lies beside the command. */
export function launchDesktop(folder: string, say: (text: string) => void): Promise<number> {
  // Beside the bundle in out/main, or beside the sources.
  const candidates = ["../../scripts/start.mjs", "../../../scripts/start.mjs"].map((path) =>
    join(import.meta.dirname, path),
  );
  const start = candidates.find((path) => existsSync(path));
  if (start === undefined) {
    say(
      "belay: the desktop app was not found beside this command. Open it from your applications.\n",
    );
    return Promise.resolve(1);
  }
  const child = spawn(process.execPath, [start, folder], { stdio: "inherit" });
  return new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("exit", (code) => resolve(code ?? 1));
  });
}
