import { randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

/** Folders that only the commands of one workspace see, kept among the app's data. */
export interface PrivateFolders {
  /** Home, with the package caches. */
  readonly home: string;
  readonly temporary: string;
  /** Folders with the sockets that lead out, one for each command. */
  readonly run: string;
  /** What was taken back from a command. Not seen inside. */
  readonly held: string;
  /** `/etc` as commands see it: what says who is here is made up. */
  readonly system: string;
}

const keptMs = 24 * 60 * 60 * 1000;

/** The folders of a workspace, made for this user only. What lay in the temporary one for over a day goes. */
export function makePrivateFolders(root: string, workspaceId: string): PrivateFolders {
  const base = join(root, workspaceId);
  const folders: PrivateFolders = {
    home: join(base, "home"),
    temporary: join(base, "tmp"),
    run: join(base, "run"),
    held: join(base, "held"),
    system: join(base, "etc"),
  };
  for (const path of Object.values(folders)) mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const [name, text] of Object.entries(
    systemFiles(process.getuid?.() ?? 0, process.getgid?.() ?? 0),
  ))
    keepFile(join(folders.system, name), Buffer.from(text));
  sweep(folders.temporary);
  sweepSockets(folders.run);
  return folders;
}

/** Writes a file that commands may be reading: in one step, and not at all where it is so already. */
export function keepFile(path: string, content: Buffer): void {
  if (existsSync(path) && readFileSync(path).equals(content)) return;
  const fresh = `${path}.${randomBytes(6).toString("hex")}`;
  writeFileSync(fresh, content);
  renameSync(fresh, path);
}

function systemFiles(user: number, group: number): Readonly<Record<string, string>> {
  const root = user === 0 ? "" : "root:x:0:0:root:/root:/usr/sbin/nologin\n";
  return {
    passwd: `${root}belay:x:${user}:${group}:belay:/belay/home:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`,
    group: `${group === 0 ? "" : "root:x:0:\n"}belay:x:${group}:\nnogroup:x:65534:\n`,
    hosts: "127.0.0.1 localhost belay\n::1 localhost\n",
    "nsswitch.conf":
      "passwd: files\ngroup: files\nhosts: files\nservices: files\nprotocols: files\n",
  };
}

/** Removes what nobody has touched for a day: a crash may have left it. */
export function sweep(folder: string, prefix = ""): void {
  for (const name of readdirSync(folder).filter((one) => one.startsWith(prefix))) {
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found !== undefined && Date.now() - found.mtimeMs > keptMs)
      rmSync(path, { recursive: true, force: true });
  }
}

/** What a Belay that is no more has left: the folders begin with its process's number. */
function sweepSockets(folder: string): void {
  for (const name of readdirSync(folder))
    if (!isRunning(Number.parseInt(name, 10)))
      rmSync(join(folder, name), { recursive: true, force: true });
}

/** Whether there is such a process, of whatever user. */
export function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
