import type { ApprovalDecision } from "../../src/main/agent/ports.ts";
import {
  createAgentFixture,
  play,
  type AgentFixture,
  type FixtureOptions,
} from "./agent-fixture.ts";

/** A step in which the model runs this. */
export const run = (value: string) => ({ calls: [{ name: "run", arguments: { value } }] });

export interface Asked {
  readonly fixture: AgentFixture;
  /** The commands that somebody was asked about, in order. */
  readonly asked: readonly string[];
  readonly ran: readonly string[];
}

/** Plays these commands, one a step, and answers each question by the next of the answers, then with no. */
export async function answering(
  commands: readonly string[],
  answers: readonly ApprovalDecision[],
  options: FixtureOptions & { readonly onAsked?: () => void } = {},
): Promise<Asked> {
  const asked: string[] = [];
  const left = [...answers];
  const fixture: AgentFixture = createAgentFixture(commands.map(run), {
    ...options,
    heard(event) {
      if (event.type !== "approval-request") return;
      asked.push(event.detail);
      options.onAsked?.();
      setTimeout(() => {
        fixture.session.answer(event.callId, left.shift() ?? { decision: "deny" });
      }, 0);
    },
  });
  await play(fixture);
  const ran = fixture.journal
    .filter((line) => line.startsWith("start "))
    .map((line) => line.slice(10));
  return { fixture, asked, ran };
}

export const always = { decision: "allow-always", program: true } as const;
export const once = { decision: "allow" } as const;
