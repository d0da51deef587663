import type { Blocked, Way } from "../../../../shared/blocked.ts";
import type { CautionPart, UncoveredList } from "../../../../shared/cautions.ts";
import type { CommandFacts, Danger } from "../../../../shared/approvals.ts";

import { trust } from "./trust.ts";

const undoLeaves: Readonly<Record<UncoveredList["what"], string>> = {
  heavy: "",
  "too-large": " (too large to be kept)",
  repository: " (another repository's history)",
  special: " (no regular file or folder)",
};

const count = (n: number, one: string, many: string): string => `${n} ${n === 1 ? one : many}`;

const unseenFiles = ({ files, of }: { readonly files: number; readonly of: number }): string =>
  of === 0
    ? "the files here, which were not looked at yet"
    : `${files} of ${of} files, which were not looked at yet`;

const listed = ({ what, names, more }: UncoveredList): string =>
  `${names.join(", ")}${more === 0 ? "" : ` and ${more} more`}${undoLeaves[what]}`;

function needCaution(need: string): string {
  const [, kind, rest = ""] = /^(read|write|private-network|network):(.*)$/s.exec(need) ?? [];
  const [, port] = /^localhost:(\d+)$/.exec(rest) ?? [];
  switch (kind ?? need) {
    case "git-history":
      return "It may change git's history.";
    case "steering-files":
      return "It may change files that run code or steer the agent (hooks, CI, tasks, agent settings).";
    case "no-sandbox":
      return "It runs outside of the sandbox: with your files, your network and your programs.";
    case "read":
      return `It may read ${rest}.`;
    case "write":
      return `It may change ${rest}.`;
    case "network":
    case "private-network": {
      if (port !== undefined)
        return `For the rest of this session, commands may reach port ${port} of this machine, outside of the sandbox.`;
      const where = kind === "network" ? "" : ", which may lie in your private network,";
      return `For the rest of this session, commands may reach ${rest}${where} and send there what they can read.`;
    }
    default:
      return need;
  }
}

/** What the card of a command says, and the page of rules in the settings. */
export const approvals = {
  because: {
    mode: "Commands ask in this mode.",
    "no-sandbox": "Nothing keeps commands to the project here, so every command asks.",
    danger: "It asks in every mode, for what it would do:",
    needs: "It wants more than the sandbox gives.",
    caution: "It asks although the mode would let it run:",
  } as Readonly<Record<CommandFacts["because"], string>>,
  dangers: {
    "recursive-delete": "Deletes whole folders, with everything in them.",
    "empty-variable":
      "Works on a path that begins with a variable. If the variable is empty, it hits another folder than meant.",
    disk: "Writes to a disk or device itself, which erases what is on it.",
    "download-run": "Downloads a program and runs it at once, unseen.",
    "text-run": "Runs text that is only known when it runs.",
    "fork-bomb": "Starts copies of itself without end, until the computer stops answering.",
    "kill-many": "Ends processes by name or all at once, also those of other programs.",
    shutdown: "Shuts down the computer or its services.",
    administrator: "Runs as the administrator, who may change everything.",
    "force-push": "Overwrites or deletes what is on the server, also the work of others.",
    "discard-changes": "Throws away changes that are in no commit.",
    "rewrite-history": "Changes or removes commits that are there already.",
    "recursive-permissions": "Changes who may use everything below a folder.",
    "drop-data": "Deletes data of a database.",
    "remote-destroy": "Deletes or changes what runs on servers or in the cloud.",
    publish: "Publishes something that others get, and that can hardly be taken back.",
    schedule: "Has something run later, or at each start.",
    "hidden-characters":
      "Holds characters that cannot be seen or that change the order of what is shown. They are marked below.",
    unreadable: "Cannot be read with certainty: which programs it runs shows only when it runs.",
  } as Readonly<Record<Danger, string>>,
  alwaysAsked: "This is asked every time, whatever you have allowed.",
  voided: "You allowed this before, but a file that steers what commands do has changed since:",
  shortCommand: (command: string) => (command.length > 80 ? `${command.slice(0, 80)}…` : command),
  folder: "Folder",
  shell: "Runs in",
  sets: "Sets",
  mayChange: "May change",
  network: "Network",
  reachProject: "this project and its private temporary folder",
  reachAll: "everything that you can change: it runs outside of the sandbox",
  networkOff: "none",
  networkAll: "everything that you can reach",
  /** What a command wants beyond the sandbox; null where that is said elsewhere. */
  needs(need: string): string | null {
    if (need === "git-history") return "git's history";
    if (need === "steering-files") return "files that run code or steer the agent";
    const [, kind, path = ""] = /^(read|write):(.*)$/s.exec(need) ?? [];
    if (kind === "write") return path;
    if (kind === "read") return `${path} (reads only)`;
    return /^(?:private-)?network:|^no-sandbox$/.test(need) ? null : need;
  },
  /** What main says in English, in the person's language where it is known. */
  mainWords: (text: string): string => text,
  blockedTitle: "Blocked by the sandbox",
  blocked({ wall, place }: Blocked): string {
    switch (wall) {
      case "network":
        return place === "" ? "Blocked: the network" : `Blocked: connection to ${place}`;
      case "private-network":
        return `Blocked: connection to ${place}, which lies in a private network`;
      case "git-history":
        return "Blocked: change of git's history";
      case "steering-files":
        return `Blocked: write to ${place}, which runs code or steers the agent`;
      case "write":
      case "read-only":
        return `Blocked: write to ${place}`;
      default:
        return wall satisfies never;
    }
  },
  /** What a person should know before a step runs, a sentence each. */
  caution(part: CautionPart): string {
    switch (part.code) {
      case "writes-ask":
        return "Changes to files ask in this mode.";
      case "need":
        return needCaution(part.need);
      case "uncovered": {
        const { unseen, lists } = part;
        const missing = [...(unseen === null ? [] : [unseenFiles(unseen)]), ...lists.map(listed)];
        return `Undo will not cover ${missing.join("; ")}.`;
      }
      case "steers": {
        const reasons = part.kinds.map((kind) => trust.kinds[kind].reason).join(" ");
        const where = part.leadsTo === null ? "" : ` It leads to ${JSON.stringify(part.leadsTo)}.`;
        return `Files like this one ask in every mode. ${reasons}${where}`;
      }
      default:
        return part satisfies never;
    }
  },
  sentences: (sentences: readonly string[]) => sentences.join(" "),
  ifAllowed: "If you allow it: ",
  goOnHere(walls: readonly Blocked[]): string {
    const openable = walls.filter(({ need }) => need !== null);
    const [first] = openable;
    if (openable.length > 1) return "Allow all of this here and rerun";
    switch (first?.wall) {
      case "network":
      case "private-network":
        return "Allow this host here and rerun";
      case "git-history":
        return "Allow git's history here and rerun";
      case "steering-files":
        return "Allow such files here and rerun";
      default:
        return "Allow this folder here and rerun";
    }
  },
  goOnOutside: "Rerun once outside, asking",
  goOnTell: "Tell the agent",
  wayShort: {
    here: "allowed, ran again",
    outside: "asked to run outside",
    tell: "left to the agent",
  } as Readonly<Record<Way, string>>,
  wayTaken: {
    here: "You allowed it here, and it ran again.",
    outside: "You had it ask to run once outside of the sandbox.",
    tell: "You left it to the agent.",
  } as Readonly<Record<Way, string>>,
  wayOpen: "Nobody answered how to go on.",
  /** A line of a command's card, likewise. */
  mainNote: (text: string): string => text,
  looksLike: (mark: string, twin: string) => `${mark}: not "${twin}", though it looks like it`,
  lookalikesMarked: (marked: number) =>
    count(
      marked,
      "character only looks like a plain one and is marked",
      "characters only look like plain ones and are marked",
    ),
  scrolls: "scroll to read all of it",
  always: "Always here…",
  alwaysNote:
    "Until a file that steers what commands do changes. You can take it back in Settings, Approvals.",
  exactly: "Exactly this command",
  anyArguments: "with any arguments, in the sandbox",

  offerTitle: "Autopilot",
  offer:
    "You have allowed three commands that the sandbox kept in. Autopilot runs such commands by itself; what is dangerous still asks.",
  offerTake: "Use Autopilot here",
  offerLeave: "Not now",

  rulesIntro:
    "What you allowed for good. A rule is void once a file that steers what commands do has changed (package scripts, hooks, makefiles, agent files): then the command asks again.",
  rulesNone: "Nothing is allowed for good: every command that asks is asked about.",
  rulesFailed: "The rules could not be read.",
  rulesOf: (folder: string) => `Rules of ${folder}`,
  ruleExact: "exactly this command",
  ruleProgram: "with any arguments, in the sandbox",
  ruleNeeds: (needs: string) => `wants ${needs}`,
  ruleVoid: "void: asks again",
  ruleMade: (date: string) => `since ${date}`,
  removeRule: "Remove",
  removeRuleOf: (rule: string) => `Remove the rule for ${rule}`,
  ruleRemoved: "Rule removed: this asks again",
  log: "Log of decisions",
  logHelp:
    "Who allowed or denied what, when and by which rule or mode, for everything that was written or run. Keys are taken out.",
  exportLog: "Export…",
  exported: (path: string) => `Saved as ${path}`,
};
