/** An opened folder: the confinement root of everything the agent does. */
export interface Workspace {
  /** Real path, no link left in it. */
  readonly root: string;
  /** Stable id of this folder: a hash of real path, device and inode. Names the store and the lock. */
  readonly id: string;
}
