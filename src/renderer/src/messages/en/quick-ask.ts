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
  promote: "Continue in Belay",
  hide: "Hide",
  ask: "Ask",
  codeOnly: "Code only",
  answer: "Answer",
  cost: "Cost of this question",
};
