import { readdirSync, readFileSync } from "node:fs";

/** What all processes of a command may come to together. */
export interface UsageLimits {
  /** Bytes held at once. */
  readonly memoryBytes: number;
  /** Seconds of processor time, of all processors. */
  readonly cpuSeconds: number;
}

export interface UsageWatch {
  /** What the command's tree grows from. */
  readonly pid: number;
  readonly limits: UsageLimits;
  /** Called once, with a sentence for the person and the model. */
  onOver(why: string): void;
}

const everyMs = 1000;
/** A process's number is given to another one in time: then it is looked at anew. */
const forgetAfterLooks = 30;

/**
 * Looks every second at what a command's processes hold and have used together, until the function that it answers is called. Only on
 * Linux; elsewhere nothing is watched. What lives for less than a second and is waited for by nobody is not counted. Of a command without
 * a sandbox only descendants are: there a process can leave its tree.
 */
export function watchUsage(watch: UsageWatch): () => void {
  const units = readUnits();
  if (units === null) return () => undefined;
  const look = createLook(watch.pid, units);
  const timer = setInterval(() => {
    const why = overWhat(look(watch.limits.memoryBytes), watch.limits);
    if (why === null) return;
    clearInterval(timer);
    watch.onOver(why);
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

interface Usage {
  readonly memoryBytes: number;
  readonly cpuSeconds: number;
}

const amountOf = (bytes: number): string =>
  bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
const timeOf = (seconds: number): string =>
  seconds >= 7200 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.round(seconds)} s`;

function overWhat({ memoryBytes, cpuSeconds }: Usage, limits: UsageLimits): string | null {
  if (memoryBytes > limits.memoryBytes)
    return `Limit: its processes together held ${amountOf(memoryBytes)} of memory, and a command may hold ${amountOf(limits.memoryBytes)} (a setting). Take less at a time, or run fewer at once.`;
  if (cpuSeconds > limits.cpuSeconds)
    return `Limit: its processes together used ${timeOf(cpuSeconds)} of processor time, and a command may use ${timeOf(limits.cpuSeconds)} (a setting).`;
  return null;
}

interface Units {
  readonly pageBytes: number;
  readonly ticksPerSecond: number;
}

/** As the kernel tells each program in its auxiliary vector (getauxval(3)): AT_PAGESZ is 6, AT_CLKTCK 17. Null where there is none. */
function readUnits(): Units | null {
  if (process.platform !== "linux") return null;
  try {
    const vector = readFileSync("/proc/self/auxv");
    const found = new Map<number, number>();
    for (let at = 0; at + 16 <= vector.length; at += 16)
      found.set(Number(vector.readBigUInt64LE(at)), Number(vector.readBigUInt64LE(at + 8)));
    return { pageBytes: found.get(6) ?? 4096, ticksPerSecond: found.get(17) ?? 100 };
  } catch {
    return null; // /proc is not there: nothing can be watched
  }
}

interface SeenProcess {
  readonly pid: number;
  readonly parent: number;
  /** With its start, so that a number that is used again is another process. */
  readonly key: string;
  /** Ticks of its own, and of children that it has waited for. */
  readonly own: number;
  readonly waited: number;
  readonly pages: number;
}

/** Looks at one tree again and again. What does not belong to it is read once in a while only. */
function createLook(root: number, units: Units): (suspicious: number) => Usage {
  const foreign = new Set<number>();
  const ownTicks = new Map<string, number>();
  let most = 0;
  let looks = 0;
  return (suspicious) => {
    looks += 1;
    if (looks % forgetAfterLooks === 0) foreign.clear();
    const all = processNumbers().flatMap((pid) => (foreign.has(pid) ? [] : readProcess(pid)));
    const tree = treeOf(root, all);
    for (const { pid } of all) if (!tree.has(pid)) foreign.add(pid);
    const ours = all.filter(({ pid }) => tree.has(pid));
    for (const { key, own } of ours) ownTicks.set(key, own);
    const alive = sum(ours.map(({ own, waited }) => own + waited));
    // The one misses who has gone and was waited for by nobody, the other who came and went between two looks.
    most = Math.max(most, alive, sum([...ownTicks.values()]));
    const resident = sum(ours.map(({ pages }) => pages)) * units.pageBytes;
    return {
      cpuSeconds: most / units.ticksPerSecond,
      memoryBytes: resident > suspicious ? sum(ours.map(shareOf(units))) : resident,
    };
  };
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

function processNumbers(): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

/** Nothing for one that has gone since. */
function readProcess(pid: number): readonly SeenProcess[] {
  try {
    // proc_pid_stat(5). The name in parentheses may hold anything, so fields are counted after the last parenthesis, from the third on.
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (number: number): number => Number(fields[number - 3] ?? 0);
    return [
      {
        pid,
        parent: field(4),
        key: `${pid}:${field(22)}`,
        own: field(14) + field(15),
        waited: field(16) + field(17),
        pages: field(24),
      },
    ];
  } catch {
    return [];
  }
}

function treeOf(root: number, all: readonly SeenProcess[]): ReadonlySet<number> {
  const tree = new Set([root]);
  let size = 0;
  while (size !== tree.size) {
    size = tree.size;
    for (const { pid, parent } of all) if (tree.has(parent)) tree.add(pid);
  }
  return tree;
}

/**
 * Bytes of a process with what it shares divided by how many share it, and what was swapped out. Pages that a process has from before
 * a fork would else count once for each child. It is read only where the plain sum is over: the kernel goes through all mappings for it.
 */
const shareOf =
  ({ pageBytes }: Units) =>
  ({ pid, pages }: SeenProcess): number => {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, "latin1");
      const kilobytes = [...text.matchAll(/^(?:Pss|SwapPss): +(\d+) kB$/gm)].map(([, n]) =>
        Number(n),
      );
      return kilobytes.length === 0 ? pages * pageBytes : sum(kilobytes) * 1024;
    } catch {
      return pages * pageBytes; // gone since, or not ours to read
    }
  };
