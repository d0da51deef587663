import { statfsSync } from "node:fs";

/** File systems of Linux whose folders get new times with every name that comes or goes: ext, xfs, btrfs, tmpfs, overlay, zfs, f2fs. */
const sureTypes: ReadonlySet<number> = new Set([
  0xef53, 0x58465342, 0x9123683e, 0x01021994, 0x794c7630, 0x2fc12fc1, 0xf2f52010,
]);

/** Whether folders below `root` can be known by their own times. Source of the numbers: linux/magic.h, and the modules of zfs. */
export function canTrustFolderTimes(root: string): boolean {
  if (process.platform !== "linux") return false;
  try {
    return sureTypes.has(statfsSync(root).type);
  } catch {
    return false; // to list each folder is always right
  }
}
