/** What a command is allowed beyond the sandbox's own rules. */
export interface Grants {
  /** May change git's history and index; what git would execute stays read only. */
  readonly gitHistory: boolean;
  /** May change files that steer what is executed. */
  readonly steering: boolean;
  /** Absolute real paths outside the workspace. */
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

export const noGrants: Grants = {
  gitHistory: false,
  steering: false,
  readable: [],
  writable: [],
};
