import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { basename, delimiter } from "node:path";
import { childEnvironment, isSecretValue } from "./child-environment.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface LoginOptions {
  /** Belay's own environment, and the person's home folder. */
  readonly environment: Environment;
  readonly home: string;
  /** Names that may be taken. */
  readonly allowed: readonly string[];
  /** How long its start files may take; default 5 seconds. */
  readonly timeoutMs?: number;
}

/** Where programs are found, and toolchains. */
export interface ToolEnvironment {
  readonly variables: Environment;
  /** For the person: "the login shell /bin/zsh", "Belay's own environment: /bin/zsh took longer than 5 s". */
  readonly source: string;
}

/** Those that take `-l -i -c`; another may do with its arguments what it likes. */
const known = new Set(["bash", "zsh", "fish", "sh", "dash", "ksh"]);
const defaultTimeoutMs = 5000;
/** Start files that print more than this are not waited for. */
const mostBytes = 4 * 1024 * 1024;

/**
 * What the person's login shell would give a terminal: a program that was started from a menu does not have it. The shell runs once, in
 * the home folder, without input and in a session of its own; of what it says only the allowed names are taken, and no value that looks
 * like a secret. Never throws: where it hangs, fails or is unknown, Belay's own environment counts, and `source` says why.
 */
export async function askLoginShell(options: LoginOptions): Promise<ToolEnvironment> {
  const { environment, allowed } = options;
  const own = (why: string): ToolEnvironment => ({
    variables: environment,
    source: `Belay's own environment: ${why}`,
  });
  const shell = environment["SHELL"] ?? "";
  if (!shell.startsWith("/") || !existsSync(shell)) return own("no login shell is named");
  if (!known.has(basename(shell))) return own(`${shell} is no shell that Belay knows`);
  const mark = `belay-${randomBytes(12).toString("hex")}`;
  const answer = await hear(shell, mark, options);
  if ("why" in answer) return own(answer.why);
  const taken = Object.fromEntries(
    answer.text.split("\0").flatMap((line): [string, string][] => {
      const at = line.indexOf("=");
      const [name, value] = [line.slice(0, at), line.slice(at + 1)];
      return at > 0 && allowed.includes(name) && !isSecretValue(value) ? [[name, value]] : [];
    }),
  );
  const path = [taken["PATH"], environment["PATH"]].filter(
    (part) => part !== undefined && part !== "",
  );
  return {
    variables: { ...environment, ...taken, PATH: path.join(delimiter) },
    source: `the login shell ${shell}`,
  };
}

type Heard = { readonly text: string } | { readonly why: string };

/** What stands between two marks, so that whatever start files print does not matter. */
function hear(shell: string, mark: string, options: LoginOptions): Promise<Heard> {
  const { environment, home, timeoutMs = defaultTimeoutMs } = options;
  return new Promise((resolve) => {
    const line = `command printf '%s' ${mark}; command env -0; command printf '%s' ${mark}`;
    const child = spawn(shell, ["-l", "-i", "-c", line], {
      cwd: existsSync(home) ? home : "/",
      env: childEnvironment(environment, { BELAY_LOGIN_SHELL: "1" }),
      stdio: ["ignore", "pipe", "ignore"],
      // A session of its own: an interactive shell must not take a terminal, and is ended with all that it started.
      detached: true,
    });
    const parts: Buffer[] = [];
    let bytes = 0;
    const end = (heard: Heard): void => {
      clearTimeout(timer);
      child.stdout.destroy();
      endGroup(child.pid);
      resolve(heard);
    };
    const timer = setTimeout(
      () => end({ why: `${shell} took longer than ${timeoutMs / 1000} s` }),
      timeoutMs,
    );
    child.stdout.on("data", (chunk: Buffer) => {
      parts.push(chunk);
      bytes += chunk.length;
      // As soon as both marks are there: what the start files left running may hold the pipe for long.
      const text = Buffer.concat(parts).toString("utf8").split(mark);
      if (text.length >= 3) end({ text: text[1] ?? "" });
      else if (bytes > mostBytes) end({ why: `${shell} printed too much` });
    });
    child.on("error", () => end({ why: `${shell} could not be started` }));
    child.on("close", () => end({ why: `${shell} ended without an answer` }));
  });
}

function endGroup(group: number | undefined): void {
  // 0 would be Belay's own group, 1 everybody's.
  if (group === undefined || group <= 1) return;
  try {
    process.kill(-group, "SIGKILL");
  } catch {
    // It has ended with all that it started.
  }
}
