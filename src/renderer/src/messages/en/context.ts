const number = (value: number): string => value.toLocaleString("en");
const list = (names: readonly string[]): string => names.join(", ");

/** What fills a request, and what the provider's cache did for it. */
export const context = {
  title: "What fills the context",
  meter: (tokens: string) => `Context: about ${tokens} tokens. Show what fills it`,
  meterOf: (tokens: string, window: string, share: string) =>
    `Context: about ${tokens} of ${window} tokens, ${share}. Show what fills it`,
  next: (tokens: string) => `About ${tokens} tokens go out beside the text of the next prompt.`,
  nextOf: (tokens: string, window: string, share: string) =>
    `About ${tokens} tokens go out beside the next prompt: ${share} of the model's ${window}.`,
  estimate: (percent: string) =>
    `Tokens are estimated. In this session's last requests the estimate was off by ${percent} at most.`,
  estimateUnmeasured: "Tokens are estimated; how far off that is shows after two requests.",
  estimateParts: "The total is as reported; that of each part is estimated from its size.",
  sending: (cost: string) => `Sending it costs about ${cost}.`,
  sendingCached: (cost: string, without: string) =>
    `Sending it costs about ${cost} while the cache holds what was sent last, ${without} without.`,
  priceUnknown: "The price of this model is not known.",
  freed: (tokens: string) =>
    `Compacting now would take about ${tokens} tokens out, less what the summary needs.`,
  notFreed: "There is nothing to compact: the last prompt and its last step always stay whole.",
  compact: "Compact now",
  empty: "Nothing is sent yet",
  emptyDetail: "With the first prompt this shows what each part of a request takes and costs.",
  failed: (reason: string) => `This could not be read. ${reason}`,
  parts: "Parts of the request",
  part: "Part",
  tokens: "Tokens",
  share: "Of the window",
  shareOfAll: "Of the request",
  fromCache: "From cache",
  fromCacheLikely: "Likely cached",
  cost: "Cost",
  total: "All",
  none: "–",
  kinds: {
    system: "System message",
    memory: "Memory and rules files",
    tool: "Tools",
    summary: "Summary of before",
    prompt: "Prompts",
    answer: "Answers and calls",
    file: "Files read",
    result: "Other results",
  },
  memoryFile: (at: string) => `File ${at}`,
  unnamed: "Unnamed",
  counted: (name: string, count: number) => `${name} × ${number(count)}`,
  bracket: (tokens: string) => `The price rises above ${tokens}`,
  request: (at: string) => `Request of ${at}`,
  showRequest: (at: string) => `Show the cache report of the request of ${at}`,
  notKept: "What this request was made of is not recorded.",
  cache: "Cache report",
  cacheOfSession: "Cache report of this session",
  hitShare: "From the cache",
  missed: "Missed",
  lost: "Extra cost",
  hitShareDetail: "Of the input",
  missedDetail: "Tokens sent before and not read from the cache",
  lostDetail: "Than from the cache",
  status: {
    hit: "What had been sent before came from the cache.",
    miss: "Not all that had been sent before came from the cache.",
    new: "There was nothing to be read from the cache.",
    unknown: "What the cache did is not known.",
  },
  cause: "Cause",
  requests: "Requests",
  unpriced: (calls: number) =>
    calls === 1 ? "1 of unknown price" : `${number(calls)} of unknown price`,
  unknownCalls: (calls: number) =>
    calls === 1
      ? "1 request did not say what it used and is in no figure here."
      : `${number(calls)} requests did not say what they used and are in no figure here.`,
  causeNames: {
    hit: "Read from the cache",
    system: "System message changed",
    memory: "Memory or rules file changed",
    tools: "Tool list changed",
    compaction: "Compacted",
    part: "An earlier part changed",
    "first-call": "First request",
    "model-switch": "Other model",
    "region-switch": "Other region",
    "protocol-switch": "Other protocol",
    "key-switch": "Other key",
    expired: "Too long since the last request",
    "below-minimum": "Too short to be cached",
    "not-hit": "Not read by the provider",
    "no-cache": "Model without a cache",
    "cache-unknown": "Cache not known",
    "unknown-usage": "No usage reported",
    "not-recorded": "Not recorded",
  },
  causes: {
    system: "The system message changed, so everything after it was read anew.",
    memory: (names: readonly string[]) =>
      `A memory or rules file changed (${list(names)}), so everything after it was read anew.`,
    tools: (change: {
      readonly added: readonly string[];
      readonly removed: readonly string[];
      readonly changed: readonly string[];
    }) => {
      const parts = [
        ...(change.added.length > 0 ? [`added: ${list(change.added)}`] : []),
        ...(change.removed.length > 0 ? [`removed: ${list(change.removed)}`] : []),
        ...(change.changed.length > 0 ? [`changed: ${list(change.changed)}`] : []),
      ];
      const what = parts.length === 0 ? "their order" : parts.join("; ");
      return `The tool list changed (${what}), so the whole conversation was read anew.`;
    },
    compaction:
      "The conversation was compacted: its summary is new, and what stayed after it was read anew.",
    part: (at: number, what: string) =>
      `Part ${number(at)} (${what}) is not as it was sent before, so everything after it was read anew.`,
    "first-call": "This is the first request: nothing of it had been sent before.",
    "model-switch": (from: string) =>
      `The request before went to ${from}. Each model has a cache of its own.`,
    "region-switch": (from: string) =>
      `The request before went to ${from}. Each region has a cache of its own.`,
    "protocol-switch": "The request before was sent over the other protocol.",
    "key-switch": "The request before was sent with another key.",
    expired: (gap: string, ttl: string) =>
      `The last request was ${gap} ago; what is cached lives for ${ttl} after its last use.`,
    expiredUnsaid: (gap: string) =>
      `The last request was ${gap} ago. The provider does not say how long it keeps what is cached.`,
    "below-minimum": (tokens: string) =>
      `What had been sent before is shorter than the ${tokens} tokens that a cache takes.`,
    "not-hit":
      "The request began exactly as the one before, and the provider did not read it from its cache. Hits are not promised.",
    "no-cache": "This model has no context cache.",
    "cache-unknown": "It is not known whether this model has a context cache.",
    "unknown-usage": "The request ended without saying what it used.",
    "not-recorded": "What this request was made of is not recorded.",
  },
};
