import type { SessionEvent } from "../../src/shared/events.ts";
import { createAgentFixture, type AgentFixture, type FixtureOptions } from "./agent-fixture.ts";
import { someUsage, type FakeAnswer } from "./fake-model.ts";

/** About a thousand tokens, where four bytes are one. */
export const largeText = (name: string): string => `${name} ${"word ".repeat(800)}`;

/** A session whose answers report no tokens, so that sizes go by four bytes a token and can be worked out by hand. */
export const unmeasuredFixture = (
  answers: readonly FakeAnswer[],
  options: FixtureOptions = {},
): AgentFixture =>
  createAgentFixture(
    answers.map((answer) => ({ usage: { ...someUsage, inputTokens: 0 }, ...answer })),
    options,
  );

/** The events of a session that tell of compaction. */
export const compactEvents = (events: readonly SessionEvent[]): readonly string[] =>
  events.map(({ type }) => type).filter((type) => type.includes("compact"));

/** The messages of a request, as text. */
export const sentText = ({ model }: AgentFixture, request: number): string =>
  JSON.stringify(model.requests[request]?.messages);
