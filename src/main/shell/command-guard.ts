import { spawn } from "node:child_process";
import { childEnvironment } from "./child-environment.ts";
import { markerName } from "./process-tree.ts";

/** A process that outlives Belay by a moment, should Belay be killed, to end what the command started. */
export interface CommandGuard {
  /** Tells it the command's process group. */
  watch(group: number): void;
  /** The command's processes are gone: the guard ends too. */
  release(): void;
}

/**
 * Waits for "done" on its input; when the input ends without it, Belay is gone. Then it ends the command's processes, found
 * by group and, where there is /proc, by marker: politely first, by force after two seconds.
 */
const script = `
group=
while read -r word; do
  [ "$word" = done ] && exit 0
  group=$word
done
marked() {
  grep -lsF -e "$1" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do echo "$pid"; done
}
alive() {
  { [ -n "$group" ] && kill -s 0 -- "-$group"; } || [ -n "$(marked "$1")" ]
}
send() {
  [ -n "$group" ] && kill -s "$2" -- "-$group"
  for pid in $(marked "$1"); do kill -s "$2" "$pid"; done
}
exec 2>/dev/null
send "$1" TERM
tries=0
while alive "$1" && [ "$tries" -lt 20 ]; do sleep 0.1; tries=$((tries + 1)); done
tries=0
while alive "$1" && [ "$tries" -lt 20 ]; do send "$1" KILL; sleep 0.05; tries=$((tries + 1)); done
`;

const noGuard: CommandGuard = { watch: () => undefined, release: () => undefined };

/** Starts the guard of the command that carries this marker; before the command, so that none is ever without. */
export function startGuard(
  marker: string,
  environment: Readonly<Record<string, string | undefined>>,
): CommandGuard {
  if (process.platform === "win32") return noGuard;
  const guard = spawn("/bin/sh", ["-c", script, "belay-guard", `${markerName}=${marker}`], {
    cwd: "/",
    env: childEnvironment(environment),
    stdio: ["pipe", "ignore", "ignore"],
    detached: true,
  });
  // Without a guard the command runs all the same; so does the end of a guard that somebody killed.
  guard.on("error", () => undefined);
  guard.stdin.on("error", () => undefined);
  guard.unref();
  return {
    watch: (group) => void guard.stdin.write(`${group}\n`),
    release: () => void guard.stdin.end("done\n"),
  };
}
