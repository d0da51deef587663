import { createHash, randomUUID } from "node:crypto";
import { z } from "zod";
import { AppError } from "../../shared/errors.ts";
import type { SteeringItem, TrustReport } from "../../shared/trust.ts";
import { readJson, writeAtomically, type Read } from "../json-file.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { cut, findSteering, steeringAt, type FindOptions } from "./find-steering.ts";

/**
 * What a project's own content may do. Belay itself runs and obeys none of it; whatever is to begin to must ask `isAccepted` first,
 * so that bytes nobody has looked at stay without effect.
 */
export interface Trust {
  list(options?: FindOptions): Promise<TrustReport>;
  /** By path and the hash that was shown. AppError("conflict"), and nothing accepted, when one is not that any more. */
  accept(items: readonly Pick<SteeringItem, "path" | "hash">[]): Promise<TrustReport>;
  withdraw(paths: readonly string[]): Promise<TrustReport>;
  /** AppError("not-found") when there is nothing there that steers. */
  content(path: string): Promise<{ hash: string; text: string; isCut: boolean }>;
  /** Whether the person accepted just these bytes. */
  isAccepted(item: Pick<SteeringItem, "path" | "hash">): boolean;
  /**
   * Stands for the content of all that steers now, also of what only commands go by (makefiles, build configuration). Kept with what
   * is allowed for later.
   */
  moment(): Promise<string>;
  /** Whether any of it is not as it was at that moment: what was allowed then is void. So it is where the project is too large to tell. */
  changedSince(moment: string): Promise<boolean>;
}

const acceptedSchema = z.object({ path: z.string(), hash: z.string(), at: z.string() });
const fileSchema = z.array(
  z.object({
    workspace: z.string(),
    /** For a person who reads the file. */
    root: z.string(),
    accepted: z.array(acceptedSchema),
  }),
);
type TrustFile = z.infer<typeof fileSchema>;

/** `file` lies in the app's data, where no tool and no command of the agent's reaches. It is read anew each time: windows share it. */
export function createTrust(workspace: Workspace, file: string): Trust {
  const store = createAcceptedStore(workspace, file);
  let looking: Promise<unknown> = Promise.resolve();
  let waiting: Promise<TrustReport> | null = null;

  /** One look at a time, and one for all who ask while it runs: that one has not seen what they ask for. */
  function list(options: FindOptions = {}): Promise<TrustReport> {
    if (waiting !== null) return waiting;
    const before = looking;
    const look = before
      .catch(() => undefined)
      .then(() => {
        waiting = null;
        return lookAt(workspace, store, options);
      });
    waiting = look;
    looking = look;
    return look;
  }

  return {
    list,
    async accept(items) {
      for (const { path, hash } of items)
        if ((await steeringAt(workspace, path))?.hash !== hash)
          throw new AppError(
            "conflict",
            `${path} has changed since it was shown. Look at it again.`,
          );
      const paths = new Set(items.map(({ path }) => path));
      const at = new Date().toISOString();
      store.write((known) => [
        ...known.filter(({ path }) => !paths.has(path)),
        ...items.map(({ path, hash }) => ({ path, hash, at })),
      ]);
      return lookAt(workspace, store, {});
    },
    async withdraw(paths) {
      const gone = new Set(paths);
      store.write((known) => known.filter(({ path }) => !gone.has(path)));
      return lookAt(workspace, store, {});
    },
    async content(path) {
      const found = await steeringAt(workspace, path);
      if (found === null)
        throw new AppError("not-found", `${path} is not there any more, or steers nothing.`);
      return { hash: found.hash, ...cut(found.text) };
    },
    isAccepted: ({ path, hash }) =>
      store.read().value.some((one) => one.path === path && one.hash === hash),
    moment: () => momentOf(workspace),
    changedSince: async (moment) => (await momentOf(workspace)) !== moment,
  };
}

/** By content and not by time: clocks are set back, and files are written without a change. */
async function momentOf(workspace: Workspace): Promise<string> {
  const { items, complete } = await findSteering(workspace, { all: true });
  if (!complete) return randomUUID();
  const lines = items.map(({ path, hash }) => `${hash} ${path}\0`).toSorted();
  return createHash("sha256").update(lines.join("")).digest("hex");
}

type Accepted = TrustFile[number]["accepted"];

interface AcceptedStore {
  read(): Read<Accepted>;
  write(change: (accepted: Accepted) => Accepted): void;
}

/** What was accepted in one workspace. */
function createAcceptedStore({ id, root }: Workspace, file: string): AcceptedStore {
  const readAll = (): Read<TrustFile> => readJson(file, fileSchema, () => []);
  const own = (all: TrustFile): Accepted => all.find((one) => one.workspace === id)?.accepted ?? [];
  return {
    read() {
      const { value, warning } = readAll();
      return { value: own(value), warning };
    },
    write(change) {
      const all = readAll().value;
      const accepted = change(own(all));
      const others = all.filter((one) => one.workspace !== id);
      const next = accepted.length === 0 ? others : [...others, { workspace: id, root, accepted }];
      writeAtomically(file, `${JSON.stringify(next, null, 2)}\n`);
    },
  };
}

async function lookAt(
  workspace: Workspace,
  store: AcceptedStore,
  options: FindOptions,
): Promise<TrustReport> {
  const { items, complete } = await findSteering(workspace, options);
  const { value, warning } = store.read();
  const hashes = new Map(value.map(({ path, hash }) => [path, hash]));
  const stateOf = (path: string, hash: string): SteeringItem["state"] => {
    const known = hashes.get(path);
    if (known === undefined) return "off";
    return known === hash ? "accepted" : "changed";
  };
  const listed = items.map(({ path, kind, hash }) => {
    return { path, kind, hash, state: stateOf(path, hash) };
  });
  const off = listed.filter(({ state }) => state !== "accepted").length;
  return { items: listed, off, complete, warning };
}
