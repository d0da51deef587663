import { isAbsolute, normalize } from "node:path";
import {
  joinGrants,
  noNetworkGrants,
  readNetworkGrant,
  type NetworkGrants,
} from "../shell/network/network-grants.ts";
import { noGrants, type Grants } from "../shell/sandbox/grants.ts";

/** What a call wants beyond the sandbox, or what is wrong with how it says so. */
export type Needs =
  | {
      readonly ok: true;
      readonly grants: Grants;
      /** What it wants to reach, for the rest of the session. */
      readonly network: NetworkGrants;
      /** Runs as the person does, outside of the sandbox. */
      readonly outside: boolean;
      /** For the person, worded by Belay and never by the model; of the network see `networkWords`. */
      readonly words: readonly string[];
    }
  | { readonly ok: false; readonly result: string };

export const needWords =
  "beyond the sandbox, asked of the person: git-history (to commit, switch, stash), steering-files, network:host, network:localhost:port, read:/path, write:/path, no-sandbox";

/** What a person who is asked about a path would not see in it. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Reads the names that a model gives. What is not understood is refused, never left out. */
export function parseNeeds(names: readonly string[]): Needs {
  const readable: string[] = [];
  const writable: string[] = [];
  const plain = new Set<string>();
  let network = noNetworkGrants;
  for (const name of names) {
    const [, kind = "", path = ""] = /^(read|write):(.+)$/s.exec(name) ?? [];
    const isPath =
      kind !== "" &&
      isAbsolute(path) &&
      normalize(path) === path &&
      !path.endsWith("/") &&
      !unseen.test(path);
    const wanted = readNetworkNeed(name);
    if (wanted !== null) network = joinGrants(network, wanted);
    else if (isPath) (kind === "read" ? readable : writable).push(path);
    else if (Object.hasOwn(plainNeeds, name)) plain.add(name);
    else
      return {
        ok: false,
        result: `There is no need "${name}". needs takes ${needWords}; paths are absolute, hosts are named one by one (network:host or network:host:port).`,
      };
  }
  return {
    ok: true,
    network,
    outside: plain.has("no-sandbox"),
    grants: {
      ...noGrants,
      gitHistory: plain.has("git-history"),
      steering: plain.has("steering-files"),
      readable,
      writable,
    },
    words: [
      ...Object.entries(plainNeeds).flatMap(([name, words]) => (plain.has(name) ? [words] : [])),
      ...readable.map((path) => `It may read ${path}.`),
      ...writable.map((path) => `It may change ${path}.`),
    ],
  };
}

/** Whether a need is for something of the network. */
export const isNetworkNeed = (need: string): boolean => /^(?:private-)?network:/.test(need);

function readNetworkNeed(name: string): NetworkGrants | null {
  const [, isPrivate, text = ""] = /^(private-)?network:(.+)$/s.exec(name) ?? [];
  return text === "" ? null : readNetworkGrant(text, { isPrivate: isPrivate !== undefined });
}

/** What a person is asked about the network. A host that gives also takes: that is said, because its name does not tell. */
export const networkWords = ({ hosts, localPorts }: NetworkGrants): readonly string[] => [
  ...hosts.map(({ host, port, isPrivate }) => {
    const place = port === null ? host : `${host}:${port}`;
    const where = isPrivate ? ", which may lie in your private network," : "";
    return `For the rest of this session, commands may reach ${place}${where} and send there what they can read.`;
  }),
  ...localPorts.map(
    (port) =>
      `For the rest of this session, commands may reach port ${port} of this machine, outside of the sandbox.`,
  ),
];

const plainNeeds: Readonly<Record<string, string>> = {
  "git-history": "It may change git's history.",
  "steering-files":
    "It may change files that run code or steer the agent (hooks, CI, tasks, agent settings).",
  "no-sandbox": "It runs outside of the sandbox: with your files, your network and your programs.",
};
