import { cpSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nodeFileOps } from "../../../src/main/checkpoints/file-ops.ts";
import { createHomeKeeper, type HomeKeeper } from "../../../src/main/checkpoints/home-keeper.ts";
import {
  findStore,
  findStoreOfGone,
  type FoundStore,
} from "../../../src/main/checkpoints/store-home.ts";
import { openWorkspace } from "../../../src/main/workspace/open-workspace.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

/** Folders that are opened as the app opens them. */
function openPlaces() {
  const folder = createTemporaryFolder();
  const base = realpathSync(folder.path);
  const stores = join(base, "stores");
  mkdirSync(stores);
  const at = (name: string): string => join(base, name);
  mkdirSync(at("project"));
  return {
    at,
    stores,
    async open(name: string): Promise<FoundStore & { readonly home: HomeKeeper }> {
      const { workspace } = await openWorkspace(at(name), { confirmed: true });
      const found = findStore(stores, workspace);
      mkdirSync(found.storeFolder, { recursive: true });
      const { storeFolder } = found;
      return {
        ...found,
        home: createHomeKeeper({ root: workspace.root, storeFolder, ops: nodeFileOps }),
      };
    },
    replace(name: string): void {
      // The new one is made first, so that it cannot get the old one's inode.
      mkdirSync(at("new"));
      rmSync(at(name), { recursive: true });
      renameSync(at("new"), at(name));
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe("the history of a folder", () => {
  it("is its own, again and again", async () => {
    using places = openPlaces();
    const { storeFolder } = await places.open("project");
    expect(await places.open("project")).toMatchObject({ storeFolder, lines: [] });
  });

  it("goes on in a folder that a command put in its place, without a word at every opening", async () => {
    using places = openPlaces();
    const { storeFolder, home } = await places.open("project");
    const before = home.leave();
    places.replace("project");
    expect(home.settle(before, true).join()).toContain("another folder in the place");
    expect(await places.open("project")).toMatchObject({ storeFolder, lines: [] });
    expect(await places.open("project")).toMatchObject({ storeFolder, lines: [] });
  });

  it("goes on, and says so, where Belay ended while the command ran", async () => {
    using places = openPlaces();
    const { storeFolder, home } = await places.open("project");
    home.leave();
    places.replace("project");
    const found = await places.open("project");
    expect(found.storeFolder).toBe(storeFolder);
    expect(found.lines.join()).toContain("A command put this folder in the place");
    expect(await places.open("project")).toMatchObject({ storeFolder, lines: [] });
  });

  it("goes on where a command took the folder away and somebody makes it again", async () => {
    using places = openPlaces();
    const { storeFolder, home } = await places.open("project");
    const before = home.leave();
    rmSync(places.at("project"), { recursive: true });
    home.settle(before, true);
    expect(findStoreOfGone(places.stores, places.at("project"))).toBe(storeFolder);
    mkdirSync(places.at("project"));
    expect(await places.open("project")).toMatchObject({ storeFolder });
  });

  it("is not that of a folder that the person put there", async () => {
    using places = openPlaces();
    const { storeFolder, home } = await places.open("project");
    home.settle(home.leave(), true);
    places.replace("project");
    const found = await places.open("project");
    expect(found.lines).toEqual([]);
    expect(found.storeFolder).not.toBe(storeFolder);
  });

  it("goes with a folder that the person moved, back and forth", async () => {
    using places = openPlaces();
    const { storeFolder } = await places.open("project");
    renameSync(places.at("project"), places.at("moved"));
    expect(await places.open("moved")).toMatchObject({
      storeFolder,
      lines: [`This folder was ${places.at("project")} before. Its checkpoints go on here.`],
    });
    expect(findStoreOfGone(places.stores, places.at("project"))).toBeNull();
    mkdirSync(places.at("project"));
    expect((await places.open("project")).storeFolder).not.toBe(storeFolder);
    rmSync(places.at("project"), { recursive: true });
    renameSync(places.at("moved"), places.at("project"));
    expect(await places.open("project")).toMatchObject({ storeFolder });
  });

  it("is not that of a copy, nor of a folder elsewhere that got the number of a removed one", async () => {
    using places = openPlaces();
    const { storeFolder } = await places.open("project");
    cpSync(places.at("project"), places.at("copy"), { recursive: true });
    expect((await places.open("copy")).storeFolder).not.toBe(storeFolder);
    rmSync(places.at("project"), { recursive: true });
    // ext4 and others use the number again at once.
    mkdirSync(places.at("another"));
    expect(await places.open("another")).toMatchObject({ lines: [] });
    expect((await places.open("another")).storeFolder).not.toBe(storeFolder);
  });
});

describe("a folder that is gone", () => {
  it("is not made again where the folder above is missing too", async () => {
    using places = openPlaces();
    mkdirSync(places.at("project/inner"));
    const { home } = await places.open("project/inner");
    rmSync(places.at("project"), { recursive: true });
    await expect(home.restore()).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringContaining(`there is no folder ${places.at("project")}`),
    });
  });
});
