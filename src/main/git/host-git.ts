import { realpath } from "node:fs/promises";
import { devNull } from "node:os";
import { childEnvironment } from "../shell/child-environment.ts";
import { runProgram } from "../shell/run-program.ts";

/** What a folder's repository is called. `branch` is null while HEAD is detached. */
export interface RepositoryInfo {
  readonly branch: string | null;
  /** Real path of the work tree. */
  readonly root: string;
}

/** Takes from a repository's own configuration whatever would start a program, open the network or ask. */
const safeguards = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", devNull],
  ["core.pager", "cat"],
  ["core.sshCommand", "false"],
  ["core.askPass", ""],
  ["credential.helper", ""],
  ["diff.external", ""],
  ["protocol.allow", "never"],
  ["protocol.ext.allow", "never"],
  ["gpg.program", "false"],
].flatMap(([name, value]) => ["-c", `${name}=${value}`]);

const timeoutMs = 5000;
const outputCap = 1024 * 1024;

/** The branch and root of the work tree that a folder lies in; null when there is none, or no git on this machine. */
export async function describeRepository(path: string): Promise<RepositoryInfo | null> {
  const top = await readFromGit(path, ["rev-parse", "--show-toplevel"]);
  if (top === null || top === "") return null;
  const branch = await readFromGit(path, ["symbolic-ref", "--quiet", "--short", "HEAD"]);
  const root = await realpath(top).catch(() => top);
  return { root, branch: branch === "" ? null : branch };
}

/**
 * The one way git runs on a person's repository: `values` must only read, and must not start filters (no status or diff of
 * the work tree). Standard output without its last line end; null when git is missing, refuses or fails.
 */
export async function readFromGit(cwd: string, values: readonly string[]): Promise<string | null> {
  try {
    const result = await runProgram("git", ["--no-pager", ...safeguards, ...values], {
      cwd,
      timeoutMs,
      maxBytes: outputCap,
      environment: hostGitEnvironment(),
    });
    return result.exitCode === 0 ? result.stdout.replace(/\r?\n$/, "") : null;
  } catch {
    return null; // no git here, or no answer in time: the folder is shown without a branch
  }
}

/** No GIT_* of the caller's gets through; the optional index refresh is off, so reading stays reading. */
function hostGitEnvironment(): Record<string, string> {
  return childEnvironment(process.env, {
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    LC_ALL: "C.UTF-8",
  });
}
