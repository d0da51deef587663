import type { Bubblewrap } from "./bubblewrap.ts";
import type { SessionNetwork } from "./command-network.ts";
import type { Toolchains } from "./find-toolchains.ts";
import type { Grants } from "./grants.ts";
import type { PrivateFolders } from "./private-folders.ts";

/** Everything that a command of one workspace is launched with. */
export interface Confinement {
  readonly bubblewrap: Bubblewrap;
  /** Real path of the workspace. */
  readonly workspace: string;
  readonly folders: PrivateFolders;
  readonly toolchains: Toolchains;
  /** Belay's own folders. */
  readonly secret: readonly string[];
  readonly grants: Grants;
  /** `.git` of other repositories inside, relative. */
  readonly repositories: readonly string[];
  /** Runs for long, and others write here meanwhile: what is new is told of, not taken back. */
  readonly background: boolean;
  /** Missing: it reaches nothing. */
  readonly network?: SessionNetwork;
  readonly variables?: Readonly<Record<string, string>>;
}
