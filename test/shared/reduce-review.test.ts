import { describe, expect, it } from "vitest";
import { createSessionScript, turnId } from "../support/session-script.ts";

const mark = (turn: string, keys: string[], kept: boolean) =>
  ({ type: "review-mark", turnId: turnId(turn), keys, kept }) as const;

describe("reviewed changes", () => {
  it("are kept by prompt, also of one that is not the newest, until the mark is taken off", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.finish("t-1");
    script.prompt("t-2", "go on");
    script.add(mark("t-1", ["h-1", "h-2"], true));
    script.add(mark("t-2", ["h-1"], true));
    script.add(mark("t-1", ["h-1"], false));
    expect(script.state().reviewed).toEqual({
      "t-1": new Set(["h-2"]),
      "t-2": new Set(["h-1"]),
    });
  });

  it("leave the state before as it was", () => {
    const script = createSessionScript();
    script.prompt("t-1", "go");
    script.add(mark("t-1", ["h-1"], true));
    const before = script.state();
    script.add(mark("t-1", ["h-2"], true));
    expect(before.reviewed).toEqual({ "t-1": new Set(["h-1"]) });
  });
});
