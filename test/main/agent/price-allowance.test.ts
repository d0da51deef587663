import { expect, it } from "vitest";
import type { RequestScope } from "../../../src/main/agent/ports.ts";
import type { AgentSession } from "../../../src/main/agent/session.ts";
import { UnkeptLimitError } from "../../../src/shared/errors.ts";
import { createAgentFixture, play } from "../../support/agent-fixture.ts";

/** A session under a limit whose models have no known price, as the ledger treats it. */
function unpriced(answers: number) {
  const scopes: RequestScope[] = [];
  const fixture = createAgentFixture(
    Array.from({ length: answers }, (_, index) => ({ text: `answer ${index}` })),
    {
      reserve: async (scope) => {
        scopes.push(scope);
        if (scope.anyPrice !== true) throw new UnkeptLimitError("unknown-price", "price unknown");
      },
    },
  );
  return { ...fixture, scopes, fixture };
}

const lastTurn = (session: AgentSession) => session.log.state().turns.at(-1);

it("asks before anything is sent, and a yes for the prompt lets that prompt go on and no other", async () => {
  const { fixture, session, model, stored } = unpriced(2);
  expect(await play(fixture)).toBe("budget");
  expect(model.requests).toHaveLength(0);
  expect(lastTurn(session)?.error).toMatchObject({ code: "budget", unkept: "unknown-price" });
  expect((await session.resume({ anyPrice: "prompt" }).done).status).toBe("completed");
  expect(model.requests).toHaveLength(1);
  expect(stored.find(({ type }) => type === "price-allow")).toMatchObject({ lasts: "prompt" });
  expect(await play(fixture, "next")).toBe("budget");
  expect(model.requests).toHaveLength(1);
});

it("a yes for the session is asked for once, and counts for that model alone", async () => {
  const { fixture, session, model } = unpriced(3);
  await play(fixture);
  await session.resume({ anyPrice: "session" }).done;
  expect(await play(fixture, "next")).toBe("completed");
  session.update({ model: "another-model-of-unknown-price" });
  expect(await play(fixture, "and now?")).toBe("budget");
  session.update({ model: session.log.state().allowedPrices[0]?.model ?? "" });
  expect(await play(fixture, "and back?")).toBe("completed");
  expect(model.requests).toHaveLength(3);
});

it("going on without a yes asks again", async () => {
  const { fixture, session, model } = unpriced(1);
  await play(fixture);
  expect((await session.resume().done).status).toBe("budget");
  expect(model.requests).toHaveLength(0);
});
