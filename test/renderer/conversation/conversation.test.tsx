// @vitest-environment happy-dom
import { screen, waitFor, within } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import { useFakeLayout } from "../../support/fake-layout.ts";
import { renderSession } from "../../support/render-session.tsx";
import { accessibilityFaults } from "../../support/render-window.tsx";
import { addUndo, createSampleSession, sampleDiffs } from "../../support/sample-session.ts";
import { acceptedCheck } from "../../support/window-handlers.ts";
import { callId, createSessionScript, turnId } from "../../support/session-script.ts";

useFakeLayout();

const log = () => screen.findByRole("log", { name: "Conversation" });
const diffHandlers = {
  "diff.call": ({ callId: id }: { callId: string }) => [...(sampleDiffs[id] ?? [])],
};

describe("the conversation", () => {
  it("shows prompt, steps, answer and the card of what was changed", async () => {
    await renderSession(createSampleSession());
    const list = await log();
    expect(within(list).getByText(/heights in our tide tables are wrong/)).toBeTruthy();
    expect(within(list).getByText("Read 3 files, searched 1 time")).toBeTruthy();
    expect(within(list).getByText("Aberdeen")).toBeTruthy();
    const card = within(list).getByRole("group", { name: "What this prompt changed" });
    expect(card.textContent).toContain("src/tides/harmonics.ts+5−4");
    expect(card.textContent).toContain("npm test -- harmonicsexit 1");
    expect(card.textContent).toContain("2 files · 48 s · $0.0128");
    expect(await accessibilityFaults()).toEqual([]);
  });

  it("opens a command to its output and says that undo does not cover it", async () => {
    const script = createSampleSession();
    const { user } = await renderSession(script);
    const list = await log();
    await user.click(within(list).getByRole("button", { name: /Ran npm test -- harmonics/ }));
    expect(within(list).getByText(/expected 3.9, got 0.31/)).toBeTruthy();
    expect(
      within(list).getByText(
        "Undo does not cover node_modules: of folders like this only the presence is known.",
      ),
    ).toBeTruthy();
  });

  it("opens an edit to its diff, fetched only then", async () => {
    const { user, inputs } = await renderSession(createSampleSession(), diffHandlers);
    const list = await log();
    expect(inputs("diff.call")).toEqual([]);
    await user.click(within(list).getByRole("button", { name: /Edited src\/tides\/harmonics.ts/ }));
    expect(await within(list).findByText("9841042")).toBeTruthy();
    expect(inputs("diff.call")).toEqual([{ sessionId: "s-sample", callId: "c-edit" }]);
  });

  it("strikes what is undone and brings it back from its row", async () => {
    const script = createSampleSession();
    addUndo(script);
    const { user, inputs } = await renderSession(script, {
      "checkpoint.redo": () => ({
        undone: [{ path: "src/tides/harmonics.ts", action: "restore" }],
        conflicts: [],
        skipped: [],
        redo: null,
      }),
    });
    const list = await log();
    const [redo] = within(list).getAllByRole("button", { name: "Redo" });
    if (redo === undefined) throw new Error("no Redo");
    await user.click(redo);
    expect(inputs("checkpoint.redo")).toEqual([{ sessionId: "s-sample", undoId: "u-1" }]);
    expect(await screen.findByText("Brought back 1 file")).toBeTruthy();
  });

  it("counts a retry down and can stop it", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const retry = script.add({
      type: "retry",
      turnId: turnId("t-1"),
      attempt: 1,
      code: "rate-limited",
      message: "Too many requests.",
      waitMs: 0,
    });
    Object.assign(retry, { at: new Date().toISOString(), waitMs: 7500 });
    const { user, inputs } = await renderSession(script);
    const list = await log();
    expect(within(list).getByText(/Too many requests. · Trying again in [678] s/)).toBeTruthy();
    await user.click(within(list).getByRole("button", { name: "Stop" }));
    expect(inputs("session.stop")).toHaveLength(1);
  });

  it("says that it was stopped in the wait, not that it tried again", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const wait = { attempt: 1, code: "rate-limited", message: "Too many requests.", waitMs: 9000 };
    script.add({ type: "retry", turnId: turnId("t-1"), ...wait });
    script.add({ type: "turn-end", turnId: turnId("t-1"), status: "cancelled" });
    await renderSession(script);
    const list = await log();
    expect(within(list).getByText("Too many requests. · Stopped in this wait")).toBeTruthy();
    expect(within(list).queryByText(/Tried again/)).toBeNull();
  });

  it("says that a request is held back, not repeated", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    const paced = { attempt: 1, code: "paced", message: "600 requests a minute.", waitMs: 0 };
    const held = script.add({ type: "retry", turnId: turnId("t-1"), ...paced });
    Object.assign(held, { at: new Date().toISOString(), waitMs: 7500 });
    await renderSession(script);
    expect(
      within(await log()).getByText(/600 requests a minute. · Goes on in [678] s/),
    ).toBeTruthy();
  });

  it("shows a malformed call with what the model sent", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    script.add({
      type: "tool-call-start",
      turnId: turnId("t-1"),
      callId: callId("c-1"),
      modelCallId: "m",
      name: "edit_file",
      arguments: '{"path": "a',
      argumentsText: '{"path": "a',
      malformed: true,
    });
    script.end("t-1", "c-1", {
      status: "failed",
      result: "Malformed arguments: send one JSON object.",
    });
    const { user } = await renderSession(script);
    await user.click(within(await log()).getByRole("button", { name: /Edited/ }));
    expect(screen.getByText('{"path": "a')).toBeTruthy();
    expect(screen.getByText("Malformed arguments: send one JSON object.")).toBeTruthy();
  });

  it("follows announced text as it comes", async () => {
    const script = createSampleSession();
    const { catchUp } = await renderSession(script);
    script.prompt("t-2", "And the neap tides?");
    script.text("t-2", "They come a week ");
    catchUp();
    expect(await screen.findByText("They come a week")).toBeTruthy();
    script.text("t-2", "after the springs.");
    catchUp();
    expect(await screen.findByText("They come a week after the springs.")).toBeTruthy();
  });
});

const ended = (
  status: "failed" | "interrupted" | "budget",
  error?: { code: string; message: string },
) => {
  const script = createSessionScript("s-sample");
  script.prompt("t-1", "go");
  script.add({ type: "turn-end", turnId: turnId("t-1"), status, ...(error && { error }) });
  return script;
};

describe("a prompt that was not finished", () => {
  it("says that nothing repeats by itself, and continues on a press", async () => {
    const { user, inputs } = await renderSession(ended("interrupted"));
    const alert = within(await log()).getByRole("alert");
    expect(alert.textContent).toContain("Interrupted. Nothing repeats by itself.");
    expect(inputs("session.retry")).toEqual([]);
    await user.click(within(alert).getByRole("button", { name: "Continue" }));
    expect(inputs("session.retry")).toEqual([{ sessionId: "s-sample" }]);
  });

  it("offers to leave the result out that caused a refusal, which stays to be seen", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "read_file", input: { path: "notes.txt" } });
    script.end("t-1", "c-1", { result: "what it said" });
    const error = { code: "refused", message: "Filtered.", leaveOut: callId("c-1") };
    script.add({ type: "turn-end", turnId: turnId("t-1"), status: "failed", error });
    const { user, inputs, catchUp } = await renderSession(script);
    const name = "Leave the result of read_file notes.txt out and retry";
    await user.click(within(await log()).getByRole("button", { name }));
    expect(inputs("session.retry")).toEqual([{ sessionId: "s-sample", leaveOut: "c-1" }]);
    script.add({ type: "history-omit", callIds: [callId("c-1")] });
    catchUp();
    await user.click(await screen.findByRole("button", { name: /Read.*notes.txt.*left out/ }));
    expect(screen.getByText("what it said")).toBeTruthy();
  });

  it("leads from a refused key to the settings", async () => {
    const script = ended("failed", { code: "unauthorized", message: "Check the key." });
    const { user, services } = await renderSession(script);
    const alert = within(await log()).getByRole("alert");
    await user.click(within(alert).getByRole("button", { name: "Open settings" }));
    expect(services.app.getState()).toMatchObject({ overlay: "settings", settingsPage: "key" });
  });

  it("searches for the region of a refused key, and goes on there at one press", async () => {
    const script = ended("failed", { code: "unauthorized", message: "Check the key." });
    const found = { ...acceptedCheck, region: "virginia", kept: null };
    const { user, inputs } = await renderSession(script, {
      "key.regionHosts": () => ({
        hosts: ["dashscope-intl.aliyuncs.com", "dashscope-us.aliyuncs.com"],
      }),
      "key.findRegion": () => found,
      "key.useRegion": () => ({ ...found, kept: "keychain" }),
    });
    const alert = within(await log()).getByRole("alert");
    await user.click(within(alert).getByRole("button", { name: "Find the region of this key" }));
    const dialog = await screen.findByRole("dialog");
    expect(dialog.textContent).toContain("dashscope-intl.aliyuncs.com, dashscope-us.aliyuncs.com");
    expect(inputs("key.findRegion")).toEqual([]);
    await user.click(within(dialog).getByRole("button", { name: "Ask them" }));
    const use = await within(dialog).findByRole("button", { name: "Use Virginia and continue" });
    expect(inputs("key.useRegion")).toEqual([]);
    expect(await accessibilityFaults()).toEqual([]);
    await user.click(use);
    await waitFor(() => {
      expect(inputs("session.retry")).toEqual([{ sessionId: "s-sample" }]);
    });
    expect(inputs("key.useRegion")).toEqual([{ region: "virginia" }]);
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("what comes from outside", () => {
  const payload = `<img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>`;

  it("is text, wherever it appears", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", payload);
    script.text(
      "t-1",
      `Model: ${payload}\n\n[x](javascript:globalThis.pwned=1) ![pic](https://evil.example/p.png)\n\n`,
    );
    script.add({ type: "notice", turnId: turnId("t-1"), level: "warning", message: payload });
    script.call("t-1", "c-1", { name: "write_file", input: { path: `${payload}.ts` } });
    script.end("t-1", "c-1", {
      changes: [{ path: `${payload}.ts`, kind: "created", added: 1, removed: 0, binary: false }],
    });
    script.call("t-1", "c-2", { name: "run_command", input: { command: payload } });
    script.end("t-1", "c-2", { result: payload, exitCode: 1, notes: [payload] });
    script.finish("t-1");
    const { user } = await renderSession(script, {
      "diff.call": () => [
        {
          path: `${payload}.ts`,
          kind: "created",
          key: "f-1",
          added: 1,
          removed: 0,
          binary: false,
          truncated: false,
          hunks: [
            {
              key: "h-1",
              oldStart: 0,
              oldLines: 0,
              newStart: 1,
              newLines: 1,
              lines: [{ kind: "added", text: payload }],
            },
          ],
        },
      ],
    });
    const list = await log();
    await user.click(within(list).getByRole("button", { name: /Created/ }));
    await user.click(within(list).getByRole("button", { name: /Ran/ }));
    await within(list).findByText("What the model got");
    expect(list.querySelectorAll("img, script, iframe, object, style, [onerror]")).toHaveLength(0);
    expect(Reflect.get(globalThis, "pwned")).toBeUndefined();
    for (const link of list.querySelectorAll("a")) expect(link.href).toMatch(/^https:/);
  });

  it("shows an image as a link and a link's real address, which main opens", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    script.text(
      "t-1",
      "[https://bank.example](https://evil.example/login) ![pic](https://evil.example/p.png)",
    );
    script.finish("t-1");
    const { user, inputs } = await renderSession(script);
    const list = await log();
    const link = within(list).getByRole("link", { name: /bank.example/ });
    expect(link.textContent).toContain("(evil.example)");
    await user.click(link);
    await user.click(within(list).getByRole("link", { name: /pic/ }));
    expect(inputs("app.openLink")).toEqual([
      { url: "https://evil.example/login" },
      { url: "https://evil.example/p.png" },
    ]);
  });

  it("cannot turn a file's name round", async () => {
    const script = createSessionScript("s-sample");
    script.prompt("t-1", "go");
    script.call("t-1", "c-1", { name: "write_file", input: { path: "photo\u202Egnp.exe" } });
    script.end("t-1", "c-1");
    script.finish("t-1");
    await renderSession(script);
    expect((await log()).textContent).toContain("photoU+202Egnp.exe");
  });
});

describe("a session of 10,000 items", () => {
  it("puts only what is seen on the page", async () => {
    const script = createSessionScript("s-sample");
    for (let turn = 1; turn <= 2500; turn += 1) {
      script.prompt(`t-${turn}`, `Prompt ${turn}`);
      script.call(`t-${turn}`, `c-${turn}`, { name: "edit_file", input: { path: `f${turn}.ts` } });
      script.end(`t-${turn}`, `c-${turn}`);
      script.text(`t-${turn}`, `Answer ${turn}`);
      script.finish(`t-${turn}`);
    }
    await renderSession(script);
    const list = await log();
    const rows = list.querySelectorAll("[data-index]");
    expect(rows.length).toBeGreaterThan(10);
    expect(rows.length).toBeLessThan(80);
  });
});
