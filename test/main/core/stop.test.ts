import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createCore, type Core } from "../../../src/main/core.ts";
import type { AgentSession } from "../../../src/main/agent/session.ts";
import { testKey } from "../../support/belay-cli.ts";
import { startModelStudio } from "../../support/model-studio/server.ts";
import { isAlive, processOf } from "../../support/processes.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const serve = (line: string) => ({
  name: "run_command",
  arguments: { command: `exec ${line}`, background: true },
});

/** Says yes to every question of the session. */
function allowAll(core: Core, session: AgentSession): void {
  core.subscribe((announcement) => {
    if (announcement.topic !== "session" || announcement.event.type !== "approval-request") return;
    const { callId } = announcement.event;
    queueMicrotask(() => session.answer(callId, { decision: "allow" }));
  });
}

it("ends what a stopped turn left running, keeps what an earlier turn started, and ends all at the end", async () => {
  using folder = createTemporaryFolder();
  const project = join(folder.path, "project");
  mkdirSync(project);
  await using studio = await startModelStudio({
    keys: [testKey],
    script: [
      { toolCalls: [serve("sleep 300.0517")] },
      { text: "It runs." },
      { toolCalls: [serve("sleep 300.0518")] },
      { text: "And now", hang: true },
    ],
  });
  const core = await createCore({
    home: join(folder.path, "home"),
    environment: { HOME: folder.path, PATH: process.env["PATH"] },
    variant: "belay-dev",
    version: "0",
    attended: true,
  });
  await core.models.check({ key: testKey, baseUrl: studio.baseUrl, persist: "memory" });
  const input = { workspace: project, kind: "chat", mode: "auto" } as const;
  const session = await core.createSession({ ...input, model: "qwen3-coder-flash" });
  allowAll(core, session);
  const { sessionId } = session.log.state();
  await (
    await core.sessions.send(sessionId, "serve")
  ).done;
  const first = await processOf("sleep 300.0517");
  await core.sessions.send(sessionId, "serve again");
  const second = await processOf("sleep 300.0518");
  const last = (): unknown => session.log.state().turns.at(-1)?.items.at(-1)?.kind;
  await expect.poll(last, { timeout: 20_000 }).toBe("text");
  expect([isAlive(first), isAlive(second)]).toEqual([true, true]);
  await session.stop();
  expect([isAlive(first), isAlive(second)]).toEqual([true, false]);
  await core.close();
  expect(isAlive(first)).toBe(false);
});
