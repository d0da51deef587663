import type { UndoPlan } from "../../shared/checkpoint.ts";
import type { HeadReader } from "../git/read-head.ts";
import type { Operation } from "./operations.ts";
import type { Head } from "./records.ts";

/**
 * Why changes must wait: they were made on another branch than the one that is checked out, so what is in the folder now is not what
 * they left. Nothing where the branch is the same (whatever was committed on it), both stand at one commit, or the other is gone.
 */
export async function waitsFor(
  operations: readonly Operation[],
  heads: HeadReader,
): Promise<NonNullable<UndoPlan["waitsFor"]> | undefined> {
  const found = await waitingAmong(operations, heads);
  if (found === undefined) return undefined;
  const { branch, now } = found;
  const message = `You switched ${branch} → ${now}; earlier undo waits for ${branch}.`;
  return { branch, now, message };
}

export interface Waiting {
  /** The newest branch that is waited for. */
  readonly branch: string;
  readonly now: string;
  /** Those that wait, oldest first, for whatever branch. */
  readonly operations: readonly Operation[];
}

/** Which of these operations wait; see `waitsFor`. */
export async function waitingAmong(
  operations: readonly Operation[],
  heads: HeadReader,
): Promise<Waiting | undefined> {
  const now = await heads.read();
  if (now === null) return undefined;
  const others = new Map<string, Head>();
  for (const { intent } of operations)
    if (intent.head && intent.head.branch !== now.branch)
      others.set(nameOf(intent.head), intent.head);
  const away = new Set<string>();
  for (const [branch, then] of [...others].toReversed()) {
    const tip = then.branch === null ? then.commit : await heads.tip(then.branch);
    if (tip !== null && tip !== now.commit) away.add(branch);
  }
  const [branch] = away;
  if (branch === undefined) return undefined;
  const waits = ({ intent: { head } }: Operation): boolean =>
    head !== null && head !== undefined && away.has(nameOf(head));
  return { branch, now: nameOf(now), operations: operations.filter(waits) };
}

const nameOf = ({ branch, commit }: Head): string => branch ?? commit?.slice(0, 7) ?? "no commit";
