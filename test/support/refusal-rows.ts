/** What Model Studio refuses, each as a change to a request that it serves. */
export const user = { role: "user", content: "hi" };
export const goodChat = { model: "qwen3-coder-flash", messages: [user] };
export const tool = (
  name: string,
  change: Record<string, unknown> = {},
): Record<string, unknown> => ({
  type: "function",
  function: { name, description: "does", parameters: { type: "object" }, ...change },
});
export const callOf = (id: string, text: string): Record<string, unknown> => ({
  role: "assistant",
  content: "",
  tool_calls: [{ id, type: "function", function: { name: "look", arguments: text } }],
});
export const resultOf = (id: string): Record<string, unknown> => ({
  role: "tool",
  tool_call_id: id,
  content: "seen",
});

export interface RefusalRow {
  readonly what: string;
  readonly change: Readonly<Record<string, unknown>>;
  readonly status?: number;
  readonly code?: string;
  readonly says: RegExp;
  /** Where the native protocol has a text of its own. */
  readonly nativeSays?: RegExp;
  readonly nativeCode?: string;
}

export const invalidParameter = "invalid_parameter_error";

export const refusalRows: readonly RefusalRow[] = [
  {
    what: "no model",
    change: { model: undefined },
    code: "invalid_request_error",
    says: /model/,
    nativeCode: "BadRequest.EmptyModel",
    nativeSays: /Required parameter "model"/,
  },
  {
    what: "a model nobody knows",
    change: { model: "qwen9" },
    status: 404,
    code: "model_not_found",
    says: /`qwen9` does not exist or you do not have access/,
    nativeSays: /^Model not exist\.$/,
  },
  {
    what: "a retired model",
    change: { model: "qwen3-coder-plus" },
    status: 404,
    code: "model_not_found",
    says: /does not exist/,
    nativeSays: /^Model not exist\.$/,
  },
  { what: "no messages", change: { messages: undefined }, says: /"prompt" or "messages" must/ },
  {
    what: "an empty list of messages",
    change: { messages: [] },
    says: /\[\] is too short/,
    nativeSays: /the role in last message must be in/,
  },
  {
    what: "an empty list of content",
    change: { messages: [{ role: "user", content: [] }] },
    says: /\[\] is too short/,
  },
  {
    what: "an unknown role",
    change: { messages: [{ role: "robot", content: "" }] },
    says: /'robot' is not one of/,
  },
  {
    what: "only a system message",
    change: { messages: [{ role: "system", content: "s" }] },
    says: /role of user/,
  },
  {
    what: "a user without content",
    change: { messages: [{ role: "user" }] },
    says: /content field is a required/,
  },
  {
    what: "a result without a call",
    change: { messages: [user, resultOf("1")] },
    says: /must be a response to a preceeding message/,
  },
  {
    what: "a result of another call",
    change: { messages: [user, callOf("1", "{}"), resultOf("2")] },
    says: /must be a response to a preceeding message/,
  },
  {
    what: "a call without its result",
    change: { messages: [user, callOf("1", "{}"), user] },
    says: /followed by tool messages.*message\[2\]\.role/,
  },
  {
    what: "a call as the last message",
    change: { messages: [user, callOf("1", "{}")] },
    says: /followed by tool messages/,
  },
  {
    what: "arguments that are not JSON",
    change: { messages: [user, callOf("1", '{"path": "a'), resultOf("1")] },
    says: /must be in JSON format/,
  },
  {
    what: "arguments that are JSON but no object",
    change: { messages: [user, callOf("1", "[]"), resultOf("1")] },
    says: /must be in JSON format/,
  },
  {
    what: "an empty list of calls",
    change: { messages: [user, { role: "assistant", content: "", tool_calls: [] }] },
    says: /\[\] is too short/,
  },
  { what: "an empty list of tools", change: { tools: [] }, says: /\[\] is too short/ },
  { what: "a tool named search", change: { tools: [tool("search")] }, says: /\[search\]/ },
  {
    what: "a tool with a dot in its name",
    change: { tools: [tool("a.b")] },
    says: /does not match/,
  },
  { what: "a tool name of 65", change: { tools: [tool("a".repeat(65))] }, says: /is too long/ },
  {
    what: "a tool without a description",
    change: { tools: [tool("look", { description: "" })] },
    says: /description/,
  },
  {
    what: "parameters that are no object",
    change: { tools: [tool("look", { parameters: { type: "string" } })] },
    says: /must conform to the specification/,
  },
  {
    what: "tool_choice required",
    change: { tools: [tool("look")], tool_choice: "required" },
    says: /\["none", "auto"\]/,
  },
  {
    what: "tool_choice of a tool that is not there",
    change: {
      tools: [tool("look")],
      tool_choice: { type: "function", function: { name: "other" } },
    },
    says: /\["none", "auto"\]/,
  },
  { what: "temperature 2", change: { temperature: 2 }, says: /\[0\.0, 2\.0\)/ },
  { what: "temperature as text", change: { temperature: "1" }, says: /must be Float/ },
  { what: "top_p 0", change: { top_p: 0 }, says: /\(0\.0, 1\.0\]/ },
  { what: "top_k -1", change: { top_k: -1 }, says: /top_k/ },
  { what: "presence_penalty 3", change: { presence_penalty: 3 }, says: /\[-2\.0, 2\.0\]/ },
  { what: "repetition_penalty 0", change: { repetition_penalty: 0 }, says: /greater than 0/ },
  { what: "seed -1", change: { seed: -1 }, says: /Range of seed/ },
  { what: "n 5", change: { n: 5 }, says: /\[1, 4\]/ },
  { what: "n 2 with tools", change: { n: 2, tools: [tool("look")] }, says: /n must be 1/ },
  {
    what: "max_tokens beyond the model",
    change: { max_tokens: 65_537 },
    says: /Range of max_tokens should be \[1, 65536\]/,
  },
  {
    what: "max_completion_tokens 0",
    change: { max_completion_tokens: 0 },
    says: /Range of max_completion_tokens/,
  },
  { what: "stops of mixed types", change: { stop: ["a", 1] }, says: /same type/ },
  {
    what: "thinking of a model that cannot",
    change: { enable_thinking: true },
    code: "InvalidParameter.NotSupportEnableThinking",
    says: /enable_thinking/,
  },
  {
    what: "thinking without a stream",
    change: { model: "qwen3.7-plus", enable_thinking: true },
    says: /non-streaming/,
  },
  {
    what: "JSON mode without the word",
    change: { response_format: { type: "json_object" } },
    says: /must contain the word 'json'/,
  },
  {
    what: "more input than the model takes",
    change: { messages: [{ role: "user", content: "a".repeat(4 * 997_952) }] },
    says: /Range of input length should be \[1, 997952\]/,
  },
];
