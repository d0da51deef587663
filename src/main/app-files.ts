import {
  chmodSync,
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { AppError } from "../shared/errors.ts";
import { settingsSchema, type Settings } from "../shared/settings.ts";
import { isMissing, readJson, writeAtomically, type Read } from "./json-file.ts";

/** Where Belay keeps its own files. Everything is under `root` but the locks. */
export interface AppFolders {
  readonly root: string;
  /** The SQLite file of sessions and ledger. */
  readonly database: string;
  /** Copies of the database before each upgrade. */
  readonly backups: string;
  /** One bare git repository per workspace. */
  readonly checkpoints: string;
  /** What commands printed beyond the cap. */
  readonly outputs: string;
  readonly logs: string;
  readonly settings: string;
  readonly recent: string;
  /** Models and prices of the person's own. */
  readonly catalogue: string;
  /** What endpoints have shown of themselves. */
  readonly endpoints: string;
  /** Where the provider's own figures are read, and those that are final. */
  readonly monitoring: string;
  readonly monitoringFigures: string;
  /** Which collector gets figures, how far it got, and whose turn it is. */
  readonly telemetry: string;
  readonly telemetryState: string;
  readonly telemetryLock: string;
  /** What the person accepted of their projects' own content. */
  readonly trust: string;
  /** What the person allowed for good, by project. */
  readonly rules: string;
  /** The mode chosen last, by project. */
  readonly modes: string;
  /** Every decision about a call that writes or runs something. */
  readonly decisions: string;
  /** Per user and not moved by BELAY_HOME: whoever writes to a workspace meets every other writer here. */
  readonly locks: string;
}

export interface AppFoldersOptions {
  /** Instead of BELAY_HOME and the system's place. */
  readonly home?: string;
  /** `belay-dev` keeps what a run from source with the registry's Electron writes apart from the real data. */
  readonly variant: "belay" | "belay-dev";
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

/** Where a run keeps its data: `home` is BELAY_HOME, null = the platform's place. */
export interface HomeOptions extends Pick<AppFoldersOptions, "variant" | "environment"> {
  readonly home: string | null;
}

/** The folders of this run, on this platform. */
export const foldersOf = ({ home, variant, environment }: HomeOptions): AppFolders =>
  appFolders({
    ...(home === null ? {} : { home }),
    variant,
    environment,
    platform: process.platform,
  });

/** Finds the folders and creates them for this user only (0700). */
export function appFolders(options: AppFoldersOptions): AppFolders {
  const home = options.home ?? options.environment["BELAY_HOME"];
  const root =
    home === undefined || home === "" ? join(dataHome(options), options.variant) : resolve(home);
  const folders: AppFolders = {
    root,
    database: join(root, "history.db"),
    backups: join(root, "backups"),
    checkpoints: join(root, "checkpoints"),
    outputs: join(root, "outputs"),
    logs: join(root, "logs"),
    settings: join(root, "settings.json"),
    recent: join(root, "recent.json"),
    catalogue: join(root, "catalogue.json"),
    endpoints: join(root, "endpoints.json"),
    monitoring: join(root, "monitoring.json"),
    monitoringFigures: join(root, "monitoring"),
    telemetry: join(root, "telemetry.json"),
    telemetryState: join(root, "telemetry-state.json"),
    telemetryLock: join(root, "telemetry.lock"),
    trust: join(root, "trust.json"),
    rules: join(root, "rules.json"),
    modes: join(root, "modes.json"),
    decisions: join(root, "decisions.jsonl"),
    locks: join(stateHome(options), "belay", "locks"),
  };
  const { backups, checkpoints, outputs, logs, locks } = folders;
  for (const folder of [root, backups, checkpoints, outputs, logs, dirname(locks), locks])
    makePrivate(folder);
  return folders;
}

function userHome({ environment, platform }: AppFoldersOptions): string {
  return (platform === "win32" ? environment["USERPROFILE"] : environment["HOME"]) ?? homedir();
}

/** XDG base directory specification: a relative path there is to be ignored. */
function absoluteOr(path: string | undefined, fallback: string): string {
  return path !== undefined && resolve(path) === path ? path : fallback;
}

function dataHome(options: AppFoldersOptions): string {
  const { environment, platform } = options;
  const home = userHome(options);
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32")
    return absoluteOr(environment["LOCALAPPDATA"], join(home, "AppData", "Local"));
  return absoluteOr(environment["XDG_DATA_HOME"], join(home, ".local", "share"));
}

function stateHome(options: AppFoldersOptions): string {
  if (options.platform === "darwin" || options.platform === "win32") return dataHome(options);
  const state = options.environment["XDG_STATE_HOME"];
  return absoluteOr(state, join(userHome(options), ".local", "state"));
}

function makePrivate(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (process.platform !== "win32") chmodSync(folder, 0o700);
  } catch (error) {
    throw new AppError(
      "unavailable",
      `Belay cannot use its folder ${folder}. Make it yours and writable, or set BELAY_HOME to another folder.`,
      { cause: error },
    );
  }
}

/** The settings, or the defaults when there are none. A file that cannot be understood is kept beside them and named. */
export function readSettings(folders: AppFolders): Read<Settings> {
  return readJson(folders.settings, settingsSchema, () => settingsSchema.parse({}));
}

/** Replaces the settings whole, so that a crash leaves the old ones or the new ones. Throws invalid-input for a key in them. */
export function writeSettings(
  folders: AppFolders,
  settings: Settings,
  keys: readonly string[] = [],
): void {
  const value = settingsSchema.parse(settings);
  const text = JSON.stringify(value, null, 2);
  if (scrub(text, keys) !== text)
    throw new AppError(
      "invalid-input",
      "A setting holds an API key. Keys are kept in the keychain only: put it in the key field.",
    );
  writeAtomically(folders.settings, `${text}\n`);
}

const recentSchema = z.array(z.object({ path: z.string(), openedAt: z.string() }));
export type RecentWorkspaces = z.infer<typeof recentSchema>;
const keptRecent = 20;

/** Folders opened before, newest first. */
export function recentWorkspaces(folders: AppFolders): RecentWorkspaces {
  return readJson(folders.recent, recentSchema, () => []).value;
}

/** Puts a folder at the top of the recent ones; 20 are kept. */
export function addRecentWorkspace(folders: AppFolders, path: string): RecentWorkspaces {
  const others = recentWorkspaces(folders).filter((recent) => recent.path !== path);
  const list = [{ path, openedAt: new Date().toISOString() }, ...others].slice(0, keptRecent);
  writeAtomically(folders.recent, `${JSON.stringify(list, null, 2)}\n`);
  return list;
}

/** A Model Studio key begins with "sk-"; at least one digit tells it from words such as a style sheet's "sk-folding-cube". */
const keyPattern = /\bsk-(?=[\w-]*\d)[\w-]{12,}/g;

/** Text with everything that looks like a key, and every key given, replaced. */
export function scrub(text: string, keys: readonly string[] = []): string {
  const known = keys.filter((key) => key.length >= 8);
  return known
    .reduce((kept, key) => kept.replaceAll(key, "[key]"), text)
    .replaceAll(keyPattern, "[key]");
}

const maxLogBytes = 1_000_000;
const keptLogs = 4;

/** Adds one line, with the time, to logs/belay.log; keys are taken out. The log is rotated at 1 MB, and four old ones are kept. */
export function appendLog(folders: AppFolders, line: string, keys: readonly string[] = []): void {
  const file = join(folders.logs, "belay.log");
  const text = scrub(line, keys).replaceAll(/\r?\n/g, "\n  ");
  const limits = { maxBytes: maxLogBytes, kept: keptLogs };
  appendLine(file, `${new Date().toISOString()} ${text}`, limits);
}

/** The same for anything thrown, with its stack. */
export function appendError(folders: AppFolders, error: unknown, keys: readonly string[]): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  appendLog(folders, text, keys);
}

export interface LineLimits {
  /** A file of this size is set aside before the next line. */
  readonly maxBytes: number;
  /** So many are kept beside the present one: FILE.1 is the newest of them. */
  readonly kept: number;
}

/** Adds one line to a file that is only for this user. After a line that a crash has cut it begins a new one. */
export function appendLine(file: string, line: string, { maxBytes, kept }: LineLimits): void {
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size >= maxBytes) rotate(file, kept);
  const descriptor = openSync(file, "a+", 0o600);
  try {
    const last = Buffer.alloc(1);
    const { size: end } = fstatSync(descriptor);
    const isCut = end > 0 && readSync(descriptor, last, 0, 1, end - 1) === 1 && last[0] !== 10;
    writeSync(descriptor, `${isCut ? "\n" : ""}${line}\n`);
  } finally {
    closeSync(descriptor);
  }
}

function rotate(file: string, kept: number): void {
  for (let age = kept - 1; age >= 0; age -= 1) {
    try {
      renameSync(age === 0 ? file : `${file}.${age}`, `${file}.${age + 1}`);
    } catch (error) {
      // Another process may be rotating too: what it has moved is not lost.
      if (!isMissing(error)) throw error;
    }
  }
}

/** Writes and removes a file in the folder. Throws AppError("unavailable") when that fails. */
export async function checkWritable(folder: string): Promise<void> {
  const file = join(folder, `.write-check-${process.pid}-${randomBytes(4).toString("hex")}`);
  writeAtomically(file, "");
  rmSync(file, { force: true });
}
