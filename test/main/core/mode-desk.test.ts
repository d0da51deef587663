import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createModeDesk, type ModeDesk } from "../../../src/main/core/mode-desk.ts";
import type { AgentSession } from "../../../src/main/agent/session.ts";
import type { SessionHub } from "../../../src/main/core/session-hub.ts";
import type { WorkspaceHub } from "../../../src/main/core/workspace-hub.ts";
import type { Mode } from "../../../src/shared/events.ts";
import { createAgentFixture } from "../../support/agent-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const workspace = { id: "w", root: "/project" };

interface Stage extends Disposable {
  readonly desk: ModeDesk;
  readonly session: AgentSession;
  /** Another run of Belay, over the same file. */
  again(): ModeDesk;
  breakSandbox(): void;
}

function stage(firstMode: Mode = "edit", mode: Mode = "auto"): Stage {
  const folder = createTemporaryFolder();
  const { session } = createAgentFixture([], { mode, sandboxed: true });
  let reason: string | null = null;
  const standing = async () => (reason === null ? null : { reason, remedy: "Install it." });
  const sessions = {
    open: async () => session,
    change: async (_id: unknown, act: (open: AgentSession) => unknown) => act(session),
  };
  const again = (): ModeDesk =>
    createModeDesk({
      file: join(folder.path, "modes.json"),
      sandbox: { standing, nothingOpen: () => ({ id: "nothing", root: "/nothing" }) },
      firstMode: () => firstMode,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two of them that the desk uses
      sessions: () => sessions as unknown as SessionHub,
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the one of them that the desk uses
      workspaces: () => ({ open: async () => ({ workspace }) }) as unknown as WorkspaceHub,
    });
  return {
    desk: again(),
    session,
    again,
    breakSandbox() {
      reason = "It is gone.";
    },
    [Symbol.dispose]: () => {
      folder[Symbol.dispose]();
    },
  };
}

const idOf = ({ session }: Stage) => session.log.state().sessionId;

describe("the mode of a project", () => {
  it("is the first one until another is chosen, which stays with the project", async () => {
    using on = stage();
    expect(await on.desk.first(workspace)).toBe("edit");
    await on.desk.choose(idOf(on), "plan");
    expect(await on.again().first(workspace)).toBe("plan");
    expect(await on.again().first({ ...workspace, id: "other" })).toBe("edit");
  });

  it("is Autopilot only while the sandbox holds, whoever asks for it", async () => {
    using on = stage("auto");
    await on.desk.choose(idOf(on), "auto");
    expect(await on.desk.first(workspace)).toBe("auto");
    on.breakSandbox();
    expect(await on.desk.first(workspace)).toBe("edit");
    const says = "Autopilot needs the sandbox, which does not hold here. It is gone. Install it.";
    await expect(on.desk.choose(idOf(on), "auto")).rejects.toThrow(says);
    await expect(on.desk.assert("auto", workspace)).rejects.toThrow(says);
    await expect(on.desk.assertAnywhere("auto")).rejects.toThrow(says);
    await on.desk.assertAnywhere("edit");
  });

  it("is not remembered when it was refused", async () => {
    using on = stage();
    on.breakSandbox();
    await on.desk.choose(idOf(on), "auto").catch(() => undefined);
    expect(await on.again().first(workspace)).toBe("edit");
  });
});

describe("a session in Autopilot", () => {
  it("stays in it while the sandbox holds", async () => {
    using on = stage();
    expect(await on.desk.cap(idOf(on))).toBeNull();
    expect(on.session.log.state().mode).toBe("auto");
  });

  it("goes to Auto-edit where the sandbox has ceased to hold, and says so", async () => {
    using on = stage();
    on.breakSandbox();
    expect(await on.desk.cap(idOf(on))).toContain(
      "Auto-edit is on: the sandbox does not hold here",
    );
    expect(on.session.log.state().mode).toBe("edit");
  });

  it.each(["plan", "ask", "edit"] as const)("leaves %s as it is", async (mode) => {
    using on = stage("edit", mode);
    on.breakSandbox();
    expect(await on.desk.cap(idOf(on))).toBeNull();
    expect(on.session.log.state().mode).toBe(mode);
  });
});
