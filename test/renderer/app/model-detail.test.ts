import { expect, it } from "vitest";
import type { ModelOption } from "../../../src/shared/app.ts";
import { modelDetail } from "../../../src/renderer/src/app/use-models.ts";
import { en } from "../../../src/renderer/src/messages/en.ts";
import { someModel } from "../../support/window-handlers.ts";

const detailOf = (change: Partial<ModelOption>): string =>
  modelDetail({ ...someModel, ...change }, en);

it("tells the price of a model that is served, and its end when that is known", () => {
  expect(detailOf({ retired: null })).not.toMatch(/retire/);
  expect(detailOf({ retired: "2999-01-31T00:00:00+08:00" })).toMatch(
    /million.*retires: 2999-01-31/,
  );
});

it("tells of a model that is gone nothing but that", () => {
  expect(detailOf({ retired: "2026-10-10T00:00:00+08:00" })).toBe("retired: 2026-10-10");
});
