import type { ChangeKind } from "../../../../shared/diff.ts";
import type { Repair } from "../../../../shared/events.ts";
import type { CompactReason, Dropped, Protocol, Thinking } from "../../../../shared/events.ts";

const count = (number: number, one: string, many: string): string =>
  number === 1 ? `1 ${one}` : `${number} ${many}`;

/** What a step did, while it runs and when it is done; the object follows in its own span. */
const verbs = {
  read_file: ["Reading", "Read"],
  list_files: ["Listing", "Listed"],
  find_files: ["Finding", "Found files by"],
  search_files: ["Searching", "Searched for"],
  write_file: ["Writing", "Wrote"],
  edit_file: ["Editing", "Edited"],
  move_file: ["Moving", "Moved"],
  delete_file: ["Deleting", "Deleted"],
  run_command: ["Running", "Ran"],
  update_plan: ["Planning", "Updated the plan"],
  other: ["Calling", "Called"],
} as const satisfies Readonly<Record<string, readonly [string, string]>>;

/** What was put right in a call, as the rest of a sentence. */
const repairs: Readonly<Record<Repair, string>> = {
  "text-call": "the model had written it as text",
  arguments: "arguments of another type were taken as meant",
  escapes: "line ends that were escaped twice are real ones",
  json: "a missing brace or end mark was added",
};

/** Words of the conversation. */
export const conversation = {
  label: "Conversation",
  verbs: verbs as Readonly<Record<keyof typeof verbs, readonly [running: string, done: string]>>,
  /** A command that goes on in the background. */
  started: "Started",
  created: "Created",
  wholeProject: "the project",
  lines: (from: number, to: number | null) =>
    to === null ? `from line ${from}` : `lines ${from}–${to}`,
  readGroup: (files: number, searches: number) => {
    const read = files > 0 ? `Read ${count(files, "file", "files")}` : "";
    const searched =
      searches > 0
        ? `${files > 0 ? "searched" : "Searched"} ${count(searches, "time", "times")}`
        : "";
    return [read, searched].filter(Boolean).join(", ");
  },
  failedCount: (failed: number) => `${failed} failed`,
  malformed: "Malformed call: nothing ran, and the model was told why",
  status: {
    running: "running",
    "awaiting-approval": "needs you",
    completed: "done",
    failed: "failed",
    denied: "denied",
    cancelled: "stopped",
  },
  exit: (code: number) => `exit ${code}`,
  undone: "undone",
  redo: "Redo",
  /** In place of a verb, for a step that the person did not allow. */
  notDone: "Not done:",
  undo: "Undo",
  undoStep: "Undo this step",
  command: "Command",
  output: "Output",
  liveOutput: "Live output",
  result: "What the model got",
  arguments: "What the model sent",
  changedFiles: "Changed files",
  noResult: "No result yet.",
  showAll: (characters: number) => `Show all ${characters.toLocaleString("en")} characters`,
  diffFailed: (reason: string) => `The changes could not be read. ${reason}`,
  changeKinds: {
    created: "new",
    modified: "changed",
    deleted: "deleted",
    moved: "moved",
  } satisfies Record<ChangeKind, string>,

  thinking: "Thinking",
  thought: "Thought",
  discarded: "This part was cut off and not sent back to the model.",
  contextLabel: "Told to the model with this prompt",
  plan: "Plan",
  planDone: "done",
  planOpen: "open",
  working: "Working",

  retryNow: (seconds: number) => `Trying again in ${seconds} s`,
  retried: (attempt: number) => (attempt === 1 ? "Tried again" : `Tried again, attempt ${attempt}`),
  goesOnIn: (seconds: number) => `Goes on in ${seconds} s`,
  held: "Held back for a moment",
  waitStopped: "Stopped in this wait",
  stop: "Stop",

  fromStep: (step: number, what: string) => `From step ${step}: ${what}`,
  modelInstead: (model: string, before: string) => `${model} instead of ${before}`,
  regionNow: (region: string) => `region ${region}`,
  protocols: { openai: "OpenAI-compatible", dashscope: "DashScope" } satisfies Record<
    Protocol,
    string
  >,
  protocolNow: (protocol: string) => `the conversation is translated to ${protocol}`,
  thinkingNow: (level: string) => `thinking: ${level}`,
  thinkingLevel: (thinking: Thinking | null) => {
    if (thinking === null) return "the model's own";
    return typeof thinking === "string"
      ? thinking
      : `up to ${thinking.budgetTokens.toLocaleString("en")} tokens`;
  },
  dropped: {
    reasoning: "earlier reasoning is not passed on",
    thinking: "it takes no such setting for thinking, which is left out",
  } satisfies Record<Dropped, string>,

  compacting: (model: string, reason: CompactReason) =>
    ({
      manual: `${model} summarises the conversation…`,
      full: `The conversation no longer fits. ${model} summarises its older part…`,
      switch: `The next model takes less. ${model} summarises the older part…`,
    })[reason],
  compacted: (before: string, after: string) =>
    `Compacted: a request has about ${after} tokens instead of ${before}`,
  compactedNoLess: (tokens: string) =>
    `Compacted: a request has about ${tokens} tokens, no fewer than before`,
  compactedDetail:
    "This summary is sent in place of what stands above. Everything above stays here, and can be undone as before.",
  compactFailed: "Not compacted.",
  compactStopped: "Stopped before the summary was whole. Nothing was compacted.",

  copy: "Copy",
  copied: "Copied",
  copyCode: "Copy code",
  previewFile: "Show this line",
  previewLine: (line: number, of: number) => `Line ${line} of ${of}`,
  image: "image",

  approval: "Needs you",
  approvalWaiting: (waiting: number) => `${waiting} steps need you`,
  approvalOf: (index: number, of: number) => `${index} of ${of}`,
  approvalTitles: {
    read_file: "Read a file",
    list_files: "List files",
    find_files: "Find files",
    search_files: "Search files",
    write_file: "Write a file",
    edit_file: "Edit a file",
    move_file: "Move a file",
    delete_file: "Delete a file",
    run_command: "Run a command",
    update_plan: "Update the plan",
    other: "Use a tool",
  } as Readonly<Record<keyof typeof verbs, string>>,
  allow: "Allow",
  allowSession: "Allow for this session",
  deny: "Deny",
  denyHint: "Say what to do instead (goes to the model)",
  denyPlaceholder: "What should it do instead?",
  exact: "Exactly this will be run or written",
  exactSize: (lines: number, bytes: number) => `${count(lines, "line", "lines")} · ${bytes} bytes`,
  invisibleMarked: (marked: number) =>
    count(marked, "invisible character is marked", "invisible characters are marked"),

  summary: "What this prompt changed",
  files: (files: number) => count(files, "file", "files"),
  commands: (commands: number) => count(commands, "command", "commands"),
  moreFiles: (files: number) => count(files, "more file", "more files"),
  review: "Review",

  errors: {
    unauthorized: "No valid key",
    "model-not-found": "This model does not answer",
    "rate-limited": "Too many requests",
    unavailable: "Paused: no whole answer came",
    refused: "The provider refused this request",
    budget: "A limit of money is used up",
    "unknown-price": "Nobody knows what this model costs",
    "other-currency": "A limit is in another currency than what is paid",
    "step-limit": "The limit of steps is reached",
    "output-limit": "The answer was cut at its limit",
    loop: "Stopped: the same step again and again",
    compaction: "The conversation could not be compacted",
    interrupted: "Interrupted. Nothing repeats by itself.",
    cancelled: "Stopped",
    "needs-approval": "Waits for an approval",
    other: "This prompt could not be finished",
  } as Readonly<Record<string, string>> & { readonly other: string },
  interruptedDetail: "Continue goes on with the step that was not finished; finished steps stay.",
  leaveOut: (tool: string, target: string) =>
    `Leave the result of ${[tool, target].filter(Boolean).join(" ")} out and retry`,
  repaired: "repaired",
  repairedCall: (kinds: readonly Repair[]) =>
    `Repaired call: ${kinds.map((kind) => repairs[kind]).join("; ")}`,
  omitted: "left out",
  omittedDetail: "The model no longer gets this result. Here it stays as it was.",
  pausedDetail: "Continue repeats the step that failed, and no finished one.",
  budgetDetail: "Raise the limit and go on, or leave it here: what was done stays.",
  limits: {
    session: "the session's limit",
    workspace: "the project's limit",
    day: "today's limit",
    month: "this month's limit",
  },
  raiseLimit: (limit: string, amount: string) => `Raise ${limit} to ${amount} and continue`,
  unknownPriceDetail:
    "Let it go on all the same, and what it uses is counted apart and in no limit; or take a model whose price is known.",
  anyPrice: { prompt: "Allow for this prompt", session: "Allow for this session" },
  continue: "Continue",
  openSettings: "Open settings",

  jumpToEnd: "Go to the end",
  loading: "Loading the session…",
  emptyTitle: "What should change?",
  emptyDetail: "Every change to a file is kept as a safety copy first. One press takes it back.",
};
