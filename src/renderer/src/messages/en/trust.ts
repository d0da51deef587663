/** What a project's own content may do: the banner, and the list behind it. */
export const trust = {
  banner: (off: number, isAll: boolean) => {
    const items = off === 1 ? "1 item" : `${off} items`;
    return `${items}${isAll ? "" : " or more"} here can run code or steer the agent; all off`;
  },
  review: "Review",
  later: "Hide until something changes",
  action: "What this project could run or steer…",
  title: "What this project could run or steer",
  intro:
    "Belay runs and obeys none of this, accepted or not. Other programs do: git, your editor, a package manager, once you or a command starts them. Accepting says that you know this content; it counts as new again when it changes.",
  list: "What was found",
  content: "What of it steers",
  none: "Nothing here could run code or steer the agent by itself.",
  incomplete: "The project is too large, or has too much of this, to name all of it.",
  cut: "Only the beginning is shown.",
  accept: "Accept this content",
  acceptAll: (items: number) => `Accept all ${items}`,
  withdraw: "Take back",
  states: { off: "off", changed: "changed", accepted: "accepted" },
  kinds: {
    git: {
      name: "Git",
      reason: "Git takes programs to run from here: hooks, filters, aliases, an editor, a pager.",
    },
    "git-drivers": {
      name: "Git attributes",
      reason: "Tells git which of its filters and diff programs to start for which files.",
    },
    "hook-manager": {
      name: "Git hooks",
      reason: "Commands that git runs at commit, push or checkout once its hooks are installed.",
    },
    "tool-server": {
      name: "Tool servers",
      reason: "Names programs or addresses that an agent would start or ask as its tools.",
    },
    agent: {
      name: "Agent instructions",
      reason: "Instructions and settings that coding agents take as their person's own.",
    },
    "hidden-files": {
      name: "Hidden files",
      reason: "Hides files from the agent's lists and searches. It cannot show or allow anything.",
    },
    environment: {
      name: "Environment",
      reason: "A shell or version manager runs it on entering the folder.",
    },
    variables: {
      name: "Variables",
      reason:
        "Variables that programs load from here may move their requests and keys, or load code.",
    },
    packages: {
      name: "Packages",
      reason: "Says where packages come from, with which keys, and what their managers load.",
    },
    scripts: {
      name: "Package scripts",
      reason: "Its scripts run by themselves when packages are installed, and by name in commands.",
    },
    editor: {
      name: "Editor",
      reason: "Editors run its tasks, debuggers and programs, some on opening the folder.",
    },
    container: {
      name: "Development machine",
      reason: "Builds or enters a development machine by commands of its own.",
    },
    shell: {
      name: "Shell start",
      reason: "A shell, interpreter or login runs it at its start, where this folder is its home.",
    },
    ci: {
      name: "Build server",
      reason: "Runs on a build server once it is pushed, often with keys at hand.",
    },
    build: { name: "Build", reason: "Build, test and lint commands do what it says." },
  },
};
