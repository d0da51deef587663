import type { ModelMessage } from "../../src/main/agent/ports.ts";

/** What the provider refuses with status 400, and goes on refusing for the rest of the session. */
export function faultsOf(messages: readonly ModelMessage[]): string[] {
  const faults: string[] = [];
  const seen = new Set<string>();
  for (const [index, message] of messages.entries()) {
    if (message.role === "assistant") {
      const results = messages.slice(index + 1, index + 1 + message.toolCalls.length);
      if (message.content.length === 0 && message.toolCalls.length === 0) faults.push("empty");
      for (const [position, call] of message.toolCalls.entries()) {
        const value: unknown = JSON.parse(call.argumentsText);
        if (typeof value !== "object" || value === null || Array.isArray(value))
          faults.push(`arguments ${call.argumentsText}`);
        if (call.id === "" || seen.has(call.id)) faults.push(`id ${call.id}`);
        seen.add(call.id);
        const result = results[position];
        if (result?.role !== "tool" || result.toolCallId !== call.id) faults.push("no result");
        else if (result.content.some(({ text }) => text === "")) faults.push("empty result");
      }
    }
    const before = messages[index - 1];
    if (message.role === "tool" && before?.role !== "tool" && before?.role !== "assistant")
      faults.push("result without a call");
  }
  const calls = messages.flatMap((message) =>
    message.role === "assistant" ? message.toolCalls : [],
  );
  const results = messages.filter(({ role }) => role === "tool");
  if (calls.length !== results.length) faults.push("more results than calls");
  return faults;
}
