// @vitest-environment happy-dom
import { screen, within } from "@testing-library/react";
import { expect, it } from "vitest";
import type { ListedRule } from "../../../src/shared/approvals.ts";
import { ruleIdSchema } from "../../../src/shared/ids.ts";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { createSampleSession } from "../../support/sample-session.ts";

useFakeLayout();

const rule = {
  workspace: "w",
  root: "/home/ada/express",
  sandboxed: true,
  madeAt: "2026-11-26T10:00:00.000Z",
};
const rules: ListedRule[] = [
  {
    ...rule,
    id: ruleIdSchema.parse("a-1"),
    cover: { kind: "program", words: ["npm", "test"] },
    isVoid: true,
  },
  {
    ...rule,
    id: ruleIdSchema.parse("a-2"),
    cover: { kind: "exact", command: "make\u202E", needs: ["git-history"] },
    isVoid: false,
  },
];

it("lists what is allowed for good and takes it back by one press", async () => {
  const { user, inputs, services } = await renderSession(createSampleSession(), {
    "approvals.rules": () => rules,
    "approvals.removeRule": () => ({}),
    "approvals.export": () => ({ path: "/home/ada/log.jsonl" }),
  });
  services.commands.showOverlay("settings", "approvals");
  const list = await screen.findByRole("region", { name: "Rules of /home/ada/express" });
  const [program, exact] = within(list).getAllByRole("listitem");
  expect(program?.textContent).toContain(
    "npm testwith any arguments, in the sandbox · since 2026-11-26",
  );
  expect(program?.textContent).toContain("void: asks again");
  expect(exact?.textContent).toContain("makeU+202Eexactly this command · wants git-history");
  expect(await accessibilityFaults()).toEqual([]);
  await user.click(within(list).getByRole("button", { name: "Remove the rule for npm test" }));
  expect(inputs("approvals.removeRule")).toEqual([{ id: "a-1" }]);
  await screen.findByText("Rule removed: this asks again");
  expect(within(list).getAllByRole("listitem")).toHaveLength(1);
  await user.click(screen.getByRole("button", { name: "Export…" }));
  await screen.findByText("Saved as /home/ada/log.jsonl");
});
