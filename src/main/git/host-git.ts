import { realpath } from "node:fs/promises";
import { devNull } from "node:os";
import { simpleGit, type SimpleGit } from "simple-git";
import { childEnvironment } from "../shell/child-environment.ts";

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
  // Reading a log would otherwise have each signature checked by the program of its kind.
  ["log.showSignature", "false"],
  ["gpg.program", "false"],
  ["gpg.openpgp.program", "false"],
  ["gpg.ssh.program", "false"],
  ["gpg.x509.program", "false"],
].map(([name, value]) => `${name}=${value}`);

/** The package refuses to set what can start a program. These are set only to what starts none. */
const setBySafeguards = {
  allowUnsafeAskPass: true,
  allowUnsafeCredentialHelper: true,
  allowUnsafeDiffExternal: true,
  allowUnsafeFsMonitor: true,
  allowUnsafeGpgProgram: true,
  allowUnsafeHooksPath: true,
  allowUnsafePager: true,
  allowUnsafeProtocolOverride: true,
  allowUnsafeSshCommand: true,
};

const timeoutMs = 5000;
const outputCap = 1024 * 1024;
/** Tracked paths: about 500,000 of them. */
const listCap = 64 * 1024 * 1024;

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
export async function readFromGit(
  cwd: string,
  values: readonly string[],
  cap = outputCap,
): Promise<string | null> {
  try {
    const output = await openGit(cwd, cap).raw("--no-pager", ...values);
    return output.replace(/\r?\n$/, "");
  } catch {
    return null; // no git here, or no answer in time: the folder is shown without a branch
  }
}

/**
 * The paths below a folder that git tracks there, relative to it; with `folders`, only those inside a folder of such a name, at any
 * depth, which is a short list in most repositories. Null when it is no work tree, or git cannot tell.
 */
export async function trackedPaths(
  root: string,
  folders?: readonly string[],
): Promise<ReadonlySet<string> | null> {
  const only = (folders ?? []).map((name) => `:(glob)**/${name}/**`);
  const list = await readFromGit(root, ["ls-files", "-z", "--", ...only], listCap);
  return list === null ? null : new Set(list.split("\0").filter((path) => path !== ""));
}

/** Ends a git that is slow or prints too much: its call then throws. */
function openGit(baseDir: string, cap: number): SimpleGit {
  const environment = hostGitEnvironment();
  const tooMuch = new AbortController();
  let bytes = 0;
  return simpleGit({
    baseDir,
    config: safeguards,
    unsafe: setBySafeguards,
    allowEnvironment: Object.keys(environment),
    timeout: { block: timeoutMs, stdOut: false, stdErr: false },
    abort: tooMuch.signal,
  })
    .env(environment)
    .outputHandler((_command, output) => {
      output.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > cap) tooMuch.abort();
      });
    });
}

/** The optional index refresh is off, so reading stays reading, and nobody is asked for a password. */
const quiet = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_ASKPASS: "",
  SSH_ASKPASS: "",
  LC_ALL: "C.UTF-8",
};

/** No GIT_* of the caller's gets through. */
const hostGitEnvironment = (): Record<string, string> => childEnvironment(process.env, quiet);
