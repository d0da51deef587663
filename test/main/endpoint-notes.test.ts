import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createEndpointNotes } from "../../src/main/endpoint-notes.ts";
import type { EndpointTest } from "../../src/shared/endpoint.ts";
import { createTemporaryFolder } from "../support/temporary-folder.ts";

const now = () => new Date("2026-11-23T08:00:00.000Z");
const here = "http://127.0.0.1:1/v1";
const fileIn = (folder: string): string => join(folder, "endpoints.json");

const tested: EndpointTest = {
  baseUrl: here,
  model: "m",
  at: "2026-11-23T08:00:00.000Z",
  outcomes: [{ check: "usage", outcome: "yes", detail: "" }],
  abilities: {
    tools: true,
    streamOptions: true,
    parallelField: false,
    partial: false,
    outputLimitField: "max_completion_tokens",
    reasoningField: null,
  },
  cost: null,
};

test("what was learnt is there in the next run, for that model at that endpoint only", () => {
  using folder = createTemporaryFolder();
  const notes = createEndpointNotes(fileIn(folder.path), now);
  notes.learn(here, "m", { kind: "input", tokens: 204_800 });
  notes.learn(here, "m", { kind: "output", tokens: 8192 });
  notes.keep(tested);
  const later = createEndpointNotes(fileIn(folder.path), now);
  expect(later.find(here, "m")).toEqual({
    baseUrl: here,
    model: "m",
    limits: { maxInputTokens: 204_800, maxOutputTokens: 8192, at: "2026-11-23T08:00:00.000Z" },
    test: tested,
  });
  expect(later.find(here, "other")).toBeUndefined();
  expect(later.find("http://127.0.0.1:2/v1", "m")).toBeUndefined();
});

test("what another process learnt meanwhile stays", () => {
  using folder = createTemporaryFolder();
  const one = createEndpointNotes(fileIn(folder.path), now);
  const other = createEndpointNotes(fileIn(folder.path), now);
  expect(one.all()).toEqual([]);
  expect(other.all()).toEqual([]);
  one.learn(here, "a", { kind: "input", tokens: 1 });
  other.learn(here, "b", { kind: "input", tokens: 2 });
  one.learn(here, "a", { kind: "output", tokens: 3 });
  const models = createEndpointNotes(fileIn(folder.path), now)
    .all()
    .map(({ model }) => model);
  expect(models.toSorted()).toEqual(["a", "b"]);
  expect(one.find(here, "a")?.limits).toMatchObject({ maxInputTokens: 1, maxOutputTokens: 3 });
});

test("a newer number replaces the old one, and the same one writes nothing", () => {
  using folder = createTemporaryFolder();
  const notes = createEndpointNotes(fileIn(folder.path), now);
  notes.learn(here, "m", { kind: "input", tokens: 5 });
  notes.learn(here, "m", { kind: "input", tokens: 4 });
  expect(notes.find(here, "m")?.limits?.maxInputTokens).toBe(4);
  const before = readFileSync(fileIn(folder.path), "utf8");
  writeFileSync(fileIn(folder.path), `${before} `);
  notes.learn(here, "m", { kind: "input", tokens: 4 });
  expect(readFileSync(fileIn(folder.path), "utf8")).toBe(`${before} `);
});

test("what is forgotten is gone, and a file that is no longer one starts anew", () => {
  using folder = createTemporaryFolder();
  const notes = createEndpointNotes(fileIn(folder.path), now);
  notes.keep(tested);
  notes.forget(here, "m");
  expect(createEndpointNotes(fileIn(folder.path), now).all()).toEqual([]);
  writeFileSync(fileIn(folder.path), "{");
  const anew = createEndpointNotes(fileIn(folder.path), now);
  expect(anew.all()).toEqual([]);
  anew.learn(here, "m", { kind: "input", tokens: 5 });
  expect(createEndpointNotes(fileIn(folder.path), now).find(here, "m")).toBeDefined();
});
