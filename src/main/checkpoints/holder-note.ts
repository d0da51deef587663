import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const holderSchema = z.object({
  pid: z.int(),
  sessionId: z.string(),
  /** The command's line. */
  what: z.string(),
  since: z.string(),
});
/** Who keeps a workspace for long: a command at work. */
export type LockHolder = Readonly<z.infer<typeof holderSchema>>;

/** What is written beside a lock. Best effort: it only tells people whom they wait for. */
export interface HolderNote {
  write(holder: LockHolder): void;
  /** Who is at work in this folder, in one above it or in one below it; null when nobody said so, or has ended. */
  read(): LockHolder | null;
  remove(): void;
}

/** Names of locks: of a folder, and of those above it, outermost first. */
export interface LockNames {
  readonly name: string;
  readonly above: readonly string[];
}

/** A folder below cannot be found by its lock's name, so who works there says so beside the locks of the folders above as well. */
export function createHolderNote(folder: string, { name, above }: LockNames): HolderNote {
  const own = join(folder, `${name}.holder`);
  const written = [own, ...above.map((other) => join(folder, `${other}-${name}.holder`))];
  const below = (): string[] =>
    (attempt(() => readdirSync(folder)) ?? [])
      .filter((file) => file.startsWith(`${name}-`))
      .map((file) => join(folder, file));
  return {
    write(holder) {
      for (const file of written)
        attempt(() => writeFileSync(file, JSON.stringify(holder), { mode: 0o600 }));
    },
    read() {
      const others = above.map((other) => join(folder, `${other}.holder`));
      for (const file of [own, ...others, ...below()]) {
        const holder = attempt(() => readHolder(file));
        if (holder !== null) return holder;
      }
      return null;
    },
    remove() {
      for (const file of written) attempt(() => rmSync(file, { force: true }));
    },
  };
}

/** Throws when there is none, or when it was left by a crash. */
function readHolder(file: string): LockHolder {
  const holder = holderSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  process.kill(holder.pid, 0);
  return holder;
}

function attempt<T>(act: () => T): T | null {
  try {
    return act();
  } catch {
    return null; // no room, or somebody else's: nobody is told then
  }
}
