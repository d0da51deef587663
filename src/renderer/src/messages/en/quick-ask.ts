/** The small window behind the tray icon. */
export const quickAsk = {
  title: "Quick ask",
  placeholder: (project: string) => `Ask about ${project}`,
  question: "Question",
  noKey: "Quick ask needs a key. Open Belay and paste one.",
  noProject: "Quick ask needs a project. Open Belay and choose one.",
  answering: "Answering…",
  reading: (count: number) => (count === 1 ? "Read 1 thing" : `Read ${count} things`),
  stop: "Stop",
  stopped: "Stopped.",
  clip: "Clipboard",
  clipAdd: "Add the clipboard's text to the question",
  clipAdded: (lines: number, cut: boolean) =>
    `Clipboard · ${cut ? "first " : ""}${lines === 1 ? "1 line" : `${lines} lines`}`,
  clipDrop: "Leave the clipboard out",
  promote: "Continue in Belay",
  hide: "Hide",
  ask: "Ask",
  codeOnly: "Code only",
  answer: "Answer",
  cost: "Cost of this question",
};
