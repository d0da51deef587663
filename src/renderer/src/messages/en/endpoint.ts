import type { CheckOutcome, EndpointCheck } from "../../../../shared/endpoint.ts";

/** The page of the endpoint: its test, limits, sampling, and the person's own list of models. */
export const endpoint = {
  protocol: "Protocol",
  protocols: { openai: "OpenAI-compatible", dashscope: "DashScope native" },
  protocolHelp: "How Belay speaks to Model Studio. Both can do the same work.",
  noNative: "This endpoint speaks the OpenAI-compatible protocol only.",
  model: "Model",
  modelFirst: "The one chosen by itself",
  testTitle: "Endpoint test",
  testDetail:
    "Finds out what this endpoint can do with the model, in a few small requests. Belay then goes by it.",
  testPrepare: "Test…",
  testAsks: (host: string, model: string) => `Asks ${host} about ${model}.`,
  testRequest: (request: string, tokens: number) =>
    tokens === 0 ? `${request}, no tokens` : `${request}, up to ${tokens} tokens of answer`,
  testCosts: (amount: string, most: string) =>
    `Costs ${amount} at most, within your budget. Only an endpoint that ignores output limits could make it more: up to ${most}.`,
  testCostUnknown: "The price of this model is unknown.",
  testRun: "Send them",
  testRunning: "Asking…",
  testFailed: (reason: string) => `The test ended early: ${reason}`,
  results: "What is known",
  resultsNone: "No model of this endpoint was tested yet.",
  tested: (when: Date) =>
    `Tested ${when.toLocaleString("en", { dateStyle: "medium", timeStyle: "short" })}`,
  cost: (amount: string) => `cost ${amount}`,
  forget: "Forget",
  forgetNamed: (model: string) => `Forget what is known of ${model}`,
  limits: "Limits that it named",
  inputLimit: (tokens: string) => `input up to ${tokens} tokens`,
  outputLimit: (tokens: string) => `output up to ${tokens} tokens`,
  checks: {
    models: "Lists its models",
    usage: "Reports tokens while streaming",
    limit: "Keeps to the output limit",
    parallel: "Calls several tools at once",
    choice: "Calls the tool that is named",
    partial: "Goes on with a beginning (partial)",
    reasoning: "Shows its thinking",
    names: "Takes the names of Belay's tools",
  } satisfies Record<EndpointCheck, string> as Readonly<Record<EndpointCheck, string>>,
  outcomes: { yes: "yes", no: "no", unknown: "not told" } satisfies Record<
    CheckOutcome["outcome"],
    string
  > as Readonly<Record<CheckOutcome["outcome"], string>>,
  columns: { check: "Ability", outcome: "Result" },
  samplingTitle: "Sampling",
  samplingDetail:
    "Sent with each request to this model. Empty = the model card's advice, else the endpoint's own.",
  sampling: {
    temperature: "Temperature",
    topP: "Top P",
    topK: "Top K",
    presencePenalty: "Presence penalty",
    repetitionPenalty: "Repetition penalty",
    seed: "Seed",
    maxOutputTokens: "Output limit, in tokens",
  },
  ranges: {
    temperature: "A number from 0 to below 2.",
    topP: "A number above 0, up to 1.",
    topK: "A whole number from 0.",
    presencePenalty: "A number from -2 to 2.",
    repetitionPenalty: "A number above 0.",
    seed: "A whole number from 0 to 2147483647.",
    maxOutputTokens: "A whole number from 1.",
  },
  chooseModel: "Choose a model to set its sampling.",
  ownTitle: "Models and prices of your own",
  ownDetail: "A file that adds models and prices, or overrides Belay's.",
  ownFile: (file: string) => `File: ${file}`,
  ownNone: "There is none yet.",
  ownCounts: (models: number, prices: number) =>
    `${models === 1 ? "1 model" : `${models} models`}, ${prices === 1 ? "1 price" : `${prices} prices`}`,
  ownCreate: "Create and show it",
  ownShow: "Show it in its folder",
  ownReload: "Read it again",
  ownProblems: "Not used:",
  findRegion: "Find the region of this key",
  findDetail: (hosts: string) =>
    `A key works in one region only. Belay asks each about yours, for its list of models, which costs nothing: ${hosts}.`,
  findAsk: "Ask them",
  findUse: (region: string) => `Use ${region} and continue`,
  regionSet: (region: string) => `Now using ${region}`,
  noTools: "cannot call tools",
};
