import type { LaunchEnd } from "../launch.ts";

/** The way out of one running command, as narrow as what was granted. Its network is a namespace of its own with or without. */
export interface CommandNetwork {
  /** Holds the sockets that lead out; seen inside as `/belay/run`, by this command alone. */
  readonly folder: string;
  /** Set inside, such as `HTTP_PROXY`. */
  readonly variables: Readonly<Record<string, string>>;
  /** Shell lines that run inside before the command's own: what listens there and leads to the sockets. Sets `own` to the processes it leaves. */
  readonly prelude: string;
  /** To be called once when the command's tree is gone, or could not be started: what was refused, and what went out. */
  ended(): LaunchEnd;
}

export interface NetworkWishes {
  readonly commandId: string;
  /** Where the folder with its sockets is made, and where that is seen inside. */
  readonly base: string;
  readonly seenAt: string;
  /** Others may want to reach its servers. */
  readonly background: boolean;
}

/** The network of one session's commands: off, but for what was granted to the session. */
export interface SessionNetwork {
  /** Null where nothing on this machine can pass connections on: then there is no network at all. */
  open(wishes: NetworkWishes): CommandNetwork | null;
}
