import { describe, expect, it } from "vitest";
import { covers, createGrantBook } from "../../../src/main/shell/network/network-grants.ts";
import type { CommandSandbox } from "../../../src/main/tools/tool.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { createSessionId } from "../../../src/shared/ids.ts";
import { grantsOf } from "../../support/network-fixture.ts";
import { createToolFixture } from "../../support/tool-fixture.ts";

/** The tools over a real book of grants; what would be launched says so instead. */
function open() {
  const book = createGrantBook();
  const session = createSessionId();
  const sandbox: CommandSandbox = {
    standing: async () => null,
    launcher: () => Promise.reject(new AppError("unavailable", "launched")),
    network: {
      missing: null,
      open: () => book.of(session),
      isOpen: (wanted) => covers(book.of(session), wanted),
      wasNarrowed: () => book.wasNarrowed(session),
      allow: (grants) => book.allow(session, grants),
    },
  };
  const tools = createToolFixture({}, { sandbox: () => sandbox });
  const call = { command: "x", needs: ["network:a.example"] };
  return { book, session, tools, call };
}

describe("a host that was taken back", () => {
  it("is asked about again, whatever rule would open it", async () => {
    const { book, session, tools, call } = open();
    await using _ = tools;
    expect(await tools.caution("run_command", call)).toMatchObject({
      asks: false,
      wantsMore: true,
    });
    book.allow(session, grantsOf("a.example", "b.example"));
    expect(await tools.caution("run_command", call)).toBeNull();
    book.revoke(session, grantsOf("a.example"));
    expect(await tools.caution("run_command", call)).toMatchObject({ asks: true, wantsMore: true });
    const other = { ...call, needs: ["network:b.example"] };
    expect(await tools.caution("run_command", other)).toBeNull();
    const git = { ...call, needs: ["git-history"] };
    expect(await tools.caution("run_command", git)).toMatchObject({ asks: false });
  });

  it("is not opened by a call that nobody was asked about", async () => {
    const { book, session, tools, call } = open();
    await using _ = tools;
    expect((await tools.call("run_command", call)).result).toBe("launched");
    expect(book.of(session)).toEqual(grantsOf("a.example"));
    book.revoke(session);
    const tried = await tools.call("run_command", call);
    expect(tried.result).toContain("taken back what it wants to reach");
    expect(book.of(session)).toEqual(grantsOf());
    expect((await tools.call("run_command", { command: "x" })).result).toBe("launched");
  });
});
