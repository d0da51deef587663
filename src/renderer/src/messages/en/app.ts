/** The window's frame, the sidebar and the status row. */
export const app = {
  sidebar: "Sidebar",
  resizeSidebar: "Width of the sidebar",
  newSession: "New session",
  sessions: "Sessions",
  noSessionsDetail: "A session starts with your first prompt.",
  untitled: "New session",
  chooseSession: "Choose a session, or start a new one",
  project: "Project",
  openProject: "Open another project…",
  dropFolder: "Drop the folder to open it",
  dropNoFolder: "Belay opens folders. What was dropped is none.",
  recentProjects: "Recent projects",
  projectMenu: (name: string) => `Project ${name}: open another`,
  minutesAgo: (minutes: number) => `${minutes}m`,
  hoursAgo: (hours: number) => `${hours}h`,
  daysAgo: (days: number) => `${days}d`,
  justNow: "now",
  statusRow: "Status",
  branch: "Git branch",
  coverage: (covered: number, files: number) =>
    files === 0
      ? "Undo of commands: looking at the project"
      : `Undo of commands: ${covered.toLocaleString("en")} of ${files.toLocaleString("en")} files`,
  coverageDetail:
    "Belay takes the project in once, so that what a command changes can be undone. Until it is done, a command's question says what is not covered yet.",
  noGit: "No git repository",
  detached: "detached HEAD",
  modes: { plan: "Plan", ask: "Confirm", edit: "Auto-edit", auto: "Autopilot" },
  modeDetails: {
    plan: "Reads only. Nothing is changed.",
    ask: "Asks before every change and every command.",
    edit: "Changes files by itself. Asks before commands.",
    auto: "Changes files and runs commands by itself, inside the sandbox.",
  },
  modeLabel: "Mode",
  cost: "Cost of this session",
  costAtMost: (most: string) => `≤ ${most}`,
  costAndAtMost: (cost: string, most: string) => `${cost} + ≤ ${most}`,
  costPartly: (cost: string, calls: number) =>
    `${cost} + ${calls === 1 ? "1 request" : `${calls} requests`} of unknown price`,
  registryElectron: "registry Electron",
  registryElectronDetail:
    "Belay runs on a third-party copy of Electron. Use it for trying out only: the key is kept for this run only.",
  demo: "Demo",
  demoDetail: "A scripted model works on a sample project. Nothing is sent anywhere.",
  recovered: (lines: readonly string[]) => `Recovered after a crash: ${lines.join(" ")}`,
  review: "Review",
  startFailed: "Belay could not start",
  noKey: "No key",
  addKey: "Add a key…",
  main: "Session",
};
