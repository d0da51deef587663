import type { Grants } from "./grants.ts";

/** A way out for one command, as narrow as what was granted. Its network is a namespace of its own with or without. */
export interface CommandNetwork {
  /** Holds the sockets that lead out; seen inside as `/belay/run`, by this command alone. */
  readonly folder: string;
  /** Set inside, such as `HTTP_PROXY`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Shell lines that run inside before the command's own: what listens there and leads to the sockets. */
  readonly prelude: string;
  /** To be called once when the command's tree is gone, or could not be started: what a person should read on its card. */
  ended(): readonly string[];
}

/** Opens ways out. Without one, a command that was granted network is not started. */
export interface NetworkDoor {
  open(wanted: {
    readonly workspace: string;
    /** A folder for the sockets, empty and this user's own. */
    readonly folder: string;
    readonly grants: Pick<Grants, "hosts" | "localhost">;
  }): Promise<CommandNetwork>;
}
