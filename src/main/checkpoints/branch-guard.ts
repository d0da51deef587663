import type { UndoPlan } from "../../shared/checkpoint.ts";
import type { Operation } from "./operations.ts";
import type { Head } from "./records.ts";

/**
 * Why changes must wait: they were made on another branch than the one that is checked out, so what is in the folder now is not what
 * they left. Nothing where the branch is the same (whatever was committed on it), or was only given another name.
 */
export function waitsFor(
  operations: readonly Operation[],
  now: Head | null,
): NonNullable<UndoPlan["waitsFor"]> | undefined {
  if (now === null) return undefined;
  const other = operations.findLast(({ intent: { head } }) => isOther(head ?? null, now));
  const then = other?.intent.head ?? null;
  if (then === null) return undefined;
  const branch = nameOf(then);
  const message = `You switched ${branch} → ${nameOf(now)}; earlier undo waits for ${branch}.`;
  return { branch, now: nameOf(now), message };
}

function isOther(then: Head | null, now: Head): boolean {
  if (then === null || then.branch === now.branch) return false;
  return then.commit !== now.commit;
}

const nameOf = ({ branch, commit }: Head): string => branch ?? commit?.slice(0, 7) ?? "no commit";
