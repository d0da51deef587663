import type { CheckpointStorage } from "../checkpoints/types.ts";
import { checkpointIdSchema } from "../../shared/ids.ts";
import type { PrivateDesk } from "../core/open-sandbox.ts";
import type { Freed, PrivateStorage, StorageSize } from "../../shared/storage.ts";
import { badArguments, checked, exitCodes, type ParsedArguments } from "./arguments.ts";
import { shellWord } from "./open-folder.ts";
import { jsonLine, type CommandIo } from "./output.ts";

interface StorageTo {
  readonly parsed: ParsedArguments;
  readonly io: CommandIo;
  readonly workspace: string;
  /** What the commands of the workspace keep for themselves. */
  readonly own: PrivateDesk;
}

type StorageAct = (storage: CheckpointStorage, to: StorageTo) => Promise<number>;

/** What `belay checkpoints` is to do beside listing; null when it is to list. Bad arguments are refused before anything is opened. */
export function storageAct(parsed: ParsedArguments): StorageAct | null {
  const pin = checked(parsed, "pin", checkpointIdSchema);
  const unpin = checked(parsed, "unpin", checkpointIdSchema);
  const olderThanDays = olderThan(parsed);
  const acts: StorageAct[] = [];
  if (parsed.flag("size")) acts.push(showSize);
  if (parsed.flag("clear-caches")) acts.push(clearCaches);
  if (parsed.flag("free-space")) acts.push(freeSpace(olderThanDays));
  for (const [id, pinned] of [
    [pin, true],
    [unpin, false],
  ] as const)
    if (id !== undefined)
      acts.push(async (storage, { io }) => {
        await storage.pin(id, pinned);
        io.out(pinned ? `${id} is never dropped.\n` : `${id} goes like any other.\n`);
        return exitCodes.done;
      });
  if (acts.length > 1)
    throw badArguments(
      "checkpoints",
      "give one of --size, --free-space, --clear-caches, --pin, --unpin",
    );
  if (!parsed.flag("free-space") && (parsed.flag("dry-run") || olderThanDays !== undefined))
    throw badArguments("checkpoints", "--older-than and --dry-run go with --free-space");
  return acts[0] ?? null;
}

/** "7d" or "36h", in days. */
function olderThan(parsed: ParsedArguments): number | undefined {
  const text = parsed.text("older-than");
  if (text === undefined) return undefined;
  const [, amount, unit] = /^(\d{1,5})([dh])$/.exec(text) ?? [];
  if (amount === undefined)
    throw badArguments(
      "checkpoints",
      `--older-than takes days or hours, as 7d or 36h, not "${text}"`,
    );
  return unit === "h" ? Number(amount) / 24 : Number(amount);
}

async function showSize(
  storage: CheckpointStorage,
  { parsed, io, own, workspace }: StorageTo,
): Promise<number> {
  const size = await storage.size();
  const commands = await own.size(workspace);
  io.out(
    parsed.flag("json")
      ? jsonLine({ ...size, commands })
      : `${describeSize(size)}${describeOwn(commands)}`,
  );
  return exitCodes.done;
}

async function clearCaches(
  _storage: CheckpointStorage,
  { parsed, io, own, workspace }: StorageTo,
): Promise<number> {
  const cleared = await own.clearCaches(workspace);
  io.out(
    parsed.flag("json")
      ? jsonLine(cleared)
      : `Cleared ${megabytes(cleared.bytes)} of the commands' own home and caches.\n`,
  );
  return exitCodes.done;
}

const describeOwn = ({ caches, held, heldCopies }: PrivateStorage): string =>
  `commands' own home and caches: ${megabytes(caches)} (--clear-caches empties them)\ntaken back from commands: ${heldCopies} kept, ${megabytes(held)}\n`;

const freeSpace =
  (olderThanDays: number | undefined): StorageAct =>
  async (storage, { parsed, io, workspace }) => {
    const dryRun = parsed.flag("dry-run");
    const freed = await storage.freeSpace({
      dryRun,
      ...(olderThanDays === undefined ? {} : { olderThanDays }),
    });
    io.out(parsed.flag("json") ? jsonLine(freed) : describeFreed(freed, workspace));
    return exitCodes.done;
  };

function describeSize(size: StorageSize): string {
  const growth =
    size.growth === null || size.changed < leastChanged
      ? []
      : [`changed bytes, compressed: ${megabytes(size.changed)}; growth ${size.growth.toFixed(2)}`];
  return `${[
    `${counted(size.checkpoints)}${size.oldest === null ? "" : `, the oldest from ${size.oldest}`}; ${size.pinned.length} pinned`,
    `on the disk: ${megabytes(size.bytes)}`,
    `  baseline  ${megabytes(size.baseline)}`,
    `  packs     ${megabytes(size.packs)}`,
    `  records   ${megabytes(size.records)}`,
    `  tail      ${megabytes(size.tail)} (not packed yet)`,
    ...growth,
    `limit: ${megabytes(size.quota)}, ${size.days} days`,
    ...(size.dropped === null
      ? []
      : [`last dropped: ${counted(size.dropped.checkpoints)} on ${size.dropped.at.slice(0, 10)}`]),
  ].join("\n")}\n`;
}

function describeFreed(freed: Freed, workspace: string): string {
  const verb = freed.dryRun ? "Would drop" : "Dropped";
  const spared =
    freed.spared === 0
      ? ""
      : `${freed.spared === 1 ? "1 older one stays" : `${freed.spared} older ones stay`}: pinned, among the newest turns, or needed by an undo.\n`;
  const size = `See what is left: belay checkpoints --workspace ${shellWord(workspace)} --size\n`;
  const gone = freed.sessions === 0 ? "" : ` Sessions with none left: ${freed.sessions}.`;
  return `${verb} ${counted(freed.checkpoints)}, ${megabytes(freed.bytes)}.${gone}\n${spared}${freed.dryRun ? "" : size}`;
}

/** Under a megabyte the headers of an empty store are most of it, and the figure would say nothing. */
const leastChanged = 1024 * 1024;

const counted = (checkpoints: number): string =>
  `${checkpoints} ${checkpoints === 1 ? "checkpoint" : "checkpoints"}`;

const megabytes = (bytes: number): string => `${(bytes / (1024 * 1024)).toFixed(1)} MB`;
