import type { DoctorItem, DoctorReport, KeyStatus } from "../shared/app.ts";
import type { EndpointTest } from "../shared/endpoint.ts";
import { AppError, messageOf } from "../shared/errors.ts";
import type { SandboxReport } from "../shared/sandbox.ts";
import type { TelemetryStatus } from "../shared/telemetry.ts";
import { limitWords } from "./limit-words.ts";

/** What a check needs of the machine. Each part is asked once; one that throws or hangs becomes a failed item. */
export interface DoctorParts {
  readonly runtime: RuntimeFacts;
  /** Standard output of a program, or AppError when it is missing or fails. */
  readonly runProgram: (program: string, values: readonly string[]) => Promise<string>;
  readonly ripgrepPath: string;
  /** Runs the sandbox check. */
  readonly sandbox: () => Promise<SandboxReport>;
  /** Why no grant gives commands a network here; null where one does. */
  readonly networkMissing: string | null;
  readonly toolchains: () => Promise<ToolchainFacts>;
  readonly keyStatus: () => Promise<KeyStatus>;
  /** Throws AppError where the settings name no place that can be asked. */
  readonly endpoint: () => EndpointFacts;
  readonly telemetry: () => Promise<Pick<TelemetryStatus, "setUp">>;
  /** Null when sound, else what is wrong: `History.check`. */
  readonly checkDatabase: () => Promise<string | null>;
  readonly databaseFile: string;
  readonly root: string;
  /** Writes and removes a file there; throws when it cannot: `checkWritable` of app-files.ts. */
  readonly checkWritable: (folder: string) => Promise<void>;
}

/** Which programs commands find in the sandbox, beside the system's. */
export interface ToolchainFacts {
  readonly source: string;
  readonly folders: readonly string[];
  /** Of the search path, not shown. */
  readonly leftOut: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
}

/** Where requests go, and what is known of it. */
export interface EndpointFacts {
  readonly baseUrl: string;
  readonly region: string;
  readonly protocol: string;
  /** The newest test of a model there; null = none was made. */
  readonly test: Pick<EndpointTest, "model" | "at" | "outcomes"> | null;
}

export interface RuntimeFacts {
  readonly belay: string;
  readonly node: string;
  /** Null for the `belay` command, which runs without Electron. */
  readonly electron: string | null;
  /** Whether the desktop app runs on the third-party Electron. */
  readonly registryElectron: boolean;
}

type Finding = Pick<DoctorItem, "ok" | "detail" | "remedy">;

/** Longer than the keychain's own 5 seconds. */
const patienceMs = 10_000;

/** What works here, what does not, and what to do about it. Checks run side by side; never throws. */
export async function runDoctor(parts: DoctorParts): Promise<DoctorReport> {
  const items = await Promise.all([
    check("runtime", async () => checkRuntime(parts.runtime)),
    check("sandbox", () => checkSandbox(parts)),
    check("network", async () => checkNetwork(parts.networkMissing)),
    check("toolchains", async () => checkToolchains(await parts.toolchains())),
    check("keychain", async () => checkKeychain(await parts.keyStatus())),
    check("endpoint", async () => checkEndpoint(parts.endpoint())),
    check("team export", async () => checkExport(await parts.telemetry())),
    check("git", () => checkGit(parts)),
    check("ripgrep", () => checkRipgrep(parts)),
    check("database", () => checkDatabase(parts)),
    check("data folder", () => checkFolder(parts)),
  ]);
  return { items };
}

async function check(name: string, look: () => Promise<Finding>): Promise<DoctorItem> {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<Finding>((resolve) => {
    timer = setTimeout(() => resolve(silent), patienceMs);
  });
  try {
    return { name, ...(await Promise.race([look(), end])) };
  } catch (error) {
    return { name, ok: false, detail: messageOf(error), remedy: remedyOf(error) };
  } finally {
    clearTimeout(timer);
  }
}

const silent: Finding = {
  ok: false,
  detail: "no answer within 10 seconds",
  remedy: "Run `belay doctor` again; if it stays silent, restart the machine.",
};

/** An AppError's message says what to do already. */
function remedyOf(error: unknown): string {
  return error instanceof AppError
    ? "Do what the message says, then run `belay doctor` again."
    : "This is a fault in Belay: report it with the log.";
}

function checkRuntime(runtime: RuntimeFacts): Finding {
  const electron = runtime.electron === null ? "no Electron" : `Electron ${runtime.electron}`;
  const detail = `Belay ${runtime.belay}, Node ${runtime.node}, ${electron}`;
  if (!runtime.registryElectron) return { ok: true, detail, remedy: null };
  return {
    ok: false,
    detail: `${detail}; the desktop app uses a third-party repack of Electron from the package registry, for running from source only`,
    remedy:
      "Make Electron's own release host reachable, or set ELECTRON_MIRROR, and start without --registry-electron.",
  };
}

/** The check itself, in a folder made for it: what holds there holds in a project. */
async function checkSandbox({ sandbox }: DoctorParts): Promise<Finding> {
  const report = await sandbox();
  const { passed, mechanism, attempts, reason, remedy } = report;
  const words = limitWords(report);
  const limits = words === "" ? "" : `. ${words}`;
  if (passed)
    return {
      ok: true,
      detail: `${mechanism}; ${attempts.length} attempts to get out failed (belay probe shows them); commands run in it${limits}`,
      remedy: null,
    };
  return {
    ok: false,
    detail: `every command asks: ${reason ?? "the check failed"}${limits}`,
    remedy,
  };
}

/** The sandbox's: Belay's own requests need nothing of the kind. */
const checkNetwork = (missing: string | null): Finding =>
  missing === null
    ? {
        ok: true,
        detail: "nothing is missing for commands to reach the hosts that you grant them",
        remedy: null,
      }
    : {
        ok: false,
        detail: "commands in the sandbox reach no host, whatever you grant them",
        remedy: missing,
      };

const list = (items: readonly string[]): string => (items.length === 0 ? "none" : items.join(", "));

/** Names of variables only: a value may be long, and nobody's business in a report that is passed on. */
function checkToolchains({ source, folders, leftOut, variables }: ToolchainFacts): Finding {
  const hidden = leftOut.length === 0 ? "" : `; of the search path not shown: ${list(leftOut)}`;
  return {
    ok: true,
    detail: `by ${source}; commands see ${list(folders)}${hidden}; variables: ${list(Object.keys(variables))}`,
    remedy: null,
  };
}

function checkKeychain(status: KeyStatus): Finding {
  const { available, reason } = status.keychain;
  const source = { keychain: "saved", memory: "for this run", environment: "environment" };
  const key =
    status.source === "none"
      ? "no key yet"
      : `key …${status.last4 ?? ""} (${source[status.source]})`;
  if (available) return { ok: true, detail: `reachable; ${key}`, remedy: null };
  return {
    ok: false,
    detail: `not usable; ${key}`,
    remedy: reason ?? "Use the key for this run only, or set DASHSCOPE_API_KEY.",
  };
}

/** What an endpoint cannot do is no fault: Belay goes by it. */
function checkEndpoint({ baseUrl, region, protocol, test }: EndpointFacts): Finding {
  const place = `${baseUrl} (region ${region}, protocol ${protocol})`;
  if (test === null)
    return { ok: true, detail: `${place}; not tested (Settings, Endpoint)`, remedy: null };
  const cannot = test.outcomes.filter(({ outcome }) => outcome === "no").map(({ check: id }) => id);
  const found = cannot.length === 0 ? "everything asked for" : `all but ${cannot.join(", ")}`;
  return {
    ok: true,
    detail: `${place}; last test ${test.at.slice(0, 10)} with ${test.model}: ${found}`,
    remedy: null,
  };
}

/** Off is how it comes. What a collector said last is told with what to do. */
function checkExport({ setUp }: Pick<TelemetryStatus, "setUp">): Finding {
  if (setUp?.on !== true)
    return { ok: true, detail: "off: no usage leaves this computer", remedy: null };
  const taken = setUp.exportedAt === null ? "nothing taken yet" : `last taken ${setUp.exportedAt}`;
  const detail = `usage and cost to ${setUp.endpoint}; ${taken}`;
  if (setUp.last === null || setUp.last.outcome === "accepted")
    return { ok: true, detail, remedy: null };
  return {
    ok: false,
    detail: `${detail}; ${setUp.last.message}`,
    remedy:
      "Settings, Usage and billing, Team export: Export now tries again. What was missed is told then.",
  };
}

async function checkGit(parts: DoctorParts): Promise<Finding> {
  const version = await versionOf(parts, "git");
  return version === null
    ? {
        ok: false,
        detail: "not found; checkpoints and undo work without it, branch names are not shown",
        remedy: "Install git to see branches (on macOS: xcode-select --install).",
      }
    : { ok: true, detail: version, remedy: null };
}

async function checkRipgrep(parts: DoctorParts): Promise<Finding> {
  const version = await versionOf(parts, parts.ripgrepPath);
  return version === null
    ? {
        ok: false,
        detail: `${parts.ripgrepPath} does not run; search_files and find_files fail`,
        remedy: "Install Belay again; in a checkout run `npm ci`.",
      }
    : { ok: true, detail: version, remedy: null };
}

async function checkDatabase(parts: DoctorParts): Promise<Finding> {
  const found = await parts.checkDatabase();
  if (found === null) return { ok: true, detail: parts.databaseFile, remedy: null };
  return {
    ok: false,
    detail: `${parts.databaseFile} is damaged: ${found}`,
    remedy: "Close Belay, copy the file, and put back the newest copy from the backups folder.",
  };
}

async function checkFolder(parts: DoctorParts): Promise<Finding> {
  await parts.checkWritable(parts.root);
  return { ok: true, detail: parts.root, remedy: null };
}

/** First line of `program --version`; null when it does not run. */
async function versionOf(parts: DoctorParts, program: string): Promise<string | null> {
  try {
    const output = await parts.runProgram(program, ["--version"]);
    return output.split("\n")[0]?.trim() ?? "";
  } catch {
    return null; // missing or broken: the finding says so
  }
}
