import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createWindowStateFile, placeOn } from "../../../src/main/desktop/window-state.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const fresh = { width: 1280, height: 800, maximized: false, theme: "system" };

describe("the window's state", () => {
  it("survives a restart, one part at a time", () => {
    using folder = createTemporaryFolder();
    const path = join(folder.path, "window.json");
    createWindowStateFile(path).save({ width: 1000, height: 700, x: 5, y: 6 });
    createWindowStateFile(path).save({ theme: "dark" });
    expect(createWindowStateFile(path).read()).toEqual({
      ...fresh,
      width: 1000,
      height: 700,
      x: 5,
      y: 6,
      theme: "dark",
    });
  });

  it("is the default where there is none or it makes no sense", () => {
    using folder = createTemporaryFolder();
    const path = join(folder.path, "window.json");
    expect(createWindowStateFile(path).read()).toEqual(fresh);
    for (const text of ["", "{", "[]", '{"width":10,"height":10,"maximized":false}']) {
      writeFileSync(path, text);
      expect(createWindowStateFile(path).read()).toEqual(fresh);
    }
  });

  it("does not fail where it cannot be written", () => {
    using folder = createTemporaryFolder();
    const path = join(folder.path, "window.json");
    mkdirSync(path);
    createWindowStateFile(path).save({ theme: "dark" });
    expect(createWindowStateFile(path).read()).toEqual(fresh);
    expect(() => readFileSync(path)).toThrow("EISDIR");
  });
});

describe("the window's place", () => {
  const display = { x: 0, y: 0, width: 1920, height: 1080 };
  const state = { width: 1000, height: 700, maximized: false, theme: "system" } as const;

  it("is the remembered one where it can be reached", () => {
    expect(placeOn({ ...state, x: 100, y: 50 }, [display])).toEqual({ ...state, x: 100, y: 50 });
    const second = { x: 1920, y: -200, width: 1280, height: 1024 };
    expect(placeOn({ ...state, x: 2000, y: -150 }, [display, second])).toMatchObject({ x: 2000 });
  });

  it.each([
    [-950, 50],
    [1850, 50],
    [100, 1060],
    [100, -10],
    [5000, 5000],
  ])("is the system's choice when %d, %d is out of reach", (x, y) => {
    expect(placeOn({ ...state, x, y }, [display])).toEqual(state);
  });
});
