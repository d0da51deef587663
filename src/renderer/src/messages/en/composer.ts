/** Words of the composer. */
export const composer = {
  label: "Prompt",
  placeholder: "Ask, or describe a change",
  placeholderBusy: "Write the next prompt while this one runs",
  send: "Send",
  stop: "Stop",
  stopHint: "Esc twice",
  escAgain: "Press Esc again to stop",
  mode: "Mode",
  autoUnavailable: (reason: string) => `Needs the sandbox. ${reason}`,
  autoNotChecked: "The sandbox check has not passed here yet.",
  model: "Model",
  modelNone: "No model",
  modelOther: "Another model id",
  modelUse: "Use",
  modelsLoading: "Asking for the models…",
  modelsFailed: (reason: string) => `The models could not be listed. ${reason}`,
  cost: (text: string) => `Cost of this session: ${text}`,
  nextCost: (cost: string) => `The next request costs about ${cost}.`,
  nextCostRange: (least: string, most: string) => `The next request costs ${least} to ${most}.`,
  crossing: (edge: string, factor: string) =>
    `It passes ${edge} tokens: above that each token costs ${factor} times as much.`,
  sentences: (parts: readonly string[]) => parts.join(" "),
  compactFirst: (saved: string) => `Compact first (saves about ${saved})`,
  compactFirstHint: (requests: number) =>
    requests === 1
      ? "Over one request, as many as a prompt leads to here, once the summary is paid"
      : `Over ${requests} requests, as many as a prompt leads to here, once the summary is paid`,
  starters: "Ideas to start with",
  starterExplain: "Explain this project",
  starterExplainPrompt:
    "Explain this project: what it does, how it is built, how its parts fit together and where to start reading. Change nothing.",
  starterTests: "Run its tests and fix failures",
  starterTestsPrompt:
    "Find out how this project's tests are run, run them, and fix what fails. Change tests only where they are wrong, and say why.",
  starterReview: "Review my uncommitted changes",
  starterReviewPrompt:
    "Review my uncommitted changes: bugs, missing tests, unclear names. List findings with file and line, worst first. Change nothing.",
};
