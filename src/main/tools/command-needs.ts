import { isAbsolute, normalize } from "node:path";
import { noGrants, type Grants } from "../shell/sandbox/grants.ts";

/** What a call wants beyond the sandbox, or what is wrong with how it says so. */
export type Needs =
  | {
      readonly ok: true;
      readonly grants: Grants;
      /** Runs as the person does, outside of the sandbox. */
      readonly outside: boolean;
      /** For the person, worded by Belay and never by the model. */
      readonly words: readonly string[];
    }
  | { readonly ok: false; readonly result: string };

export const needWords =
  "beyond the sandbox, asked of the person: git-history (to commit, switch, stash), steering-files, read:/path, write:/path, no-sandbox";

/** What a person who is asked about a path would not see in it. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** Reads the names that a model gives. What is not understood is refused, never left out. */
export function parseNeeds(names: readonly string[]): Needs {
  const readable: string[] = [];
  const writable: string[] = [];
  const plain = new Set<string>();
  for (const name of names) {
    const [, kind = "", path = ""] = /^(read|write):(.+)$/s.exec(name) ?? [];
    const isPath =
      kind !== "" &&
      isAbsolute(path) &&
      normalize(path) === path &&
      !path.endsWith("/") &&
      !unseen.test(path);
    if (isPath) (kind === "read" ? readable : writable).push(path);
    else if (Object.hasOwn(plainNeeds, name)) plain.add(name);
    else
      return {
        ok: false,
        result: `There is no need "${name}". needs takes ${needWords}; paths are absolute.`,
      };
  }
  return {
    ok: true,
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

const plainNeeds: Readonly<Record<string, string>> = {
  "git-history": "It may change git's history.",
  "steering-files":
    "It may change files that run code or steer the agent (hooks, CI, tasks, agent settings).",
  "no-sandbox": "It runs outside of the sandbox: with your files, your network and your programs.",
};
