import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRouter, type Handlers, type Route } from "../../../src/main/ipc/router.ts";
import { isOperation, operations } from "../../../src/shared/contract.ts";
import { AppError } from "../../../src/shared/errors.ts";
import { createSessionId } from "../../../src/shared/ids.ts";
import { settingsSchema } from "../../../src/shared/settings.ts";
import { fakeHandlers } from "../../support/fake-handlers.ts";

function routerWith(given: Partial<Handlers>): { route: Route; logged: unknown[] } {
  const logged: unknown[] = [];
  const logError = (error: unknown): void => void logged.push(error);
  return { route: createRouter(fakeHandlers(given), { logError }), logged };
}

const refusal = (code: string) => ({
  ok: false,
  error: { code, message: expect.stringMatching(/^[A-Z a-z].+$/) },
});

describe("a call through the router", () => {
  it("reaches its handler and answers what that returns", async () => {
    const { route, logged } = routerWith({
      "key.hosts": async ({ key }) => ({ hosts: [key.toUpperCase()] }),
    });
    expect(await route("key.hosts", { key: "abc" })).toEqual({
      ok: true,
      value: { hosts: ["ABC"] },
    });
    expect(logged).toEqual([]);
  });

  it("is refused when there is no such operation, whatever the name is", async () => {
    const { route } = routerWith({});
    const names = ["", "key", "constructor", "__proto__", "toString", "key.hosts ", null, 7, {}];
    for (const name of names) expect(await route(name, {})).toEqual(refusal("invalid-input"));
  });

  it("is refused when a key is there that the contract does not know", async () => {
    const { route } = routerWith({ "app.info": () => Promise.reject(new Error("reached")) });
    expect(await route("app.info", { extra: 1 })).toEqual(refusal("invalid-input"));
  });

  it("never reaches a handler with anything but an input that fits", async () => {
    const { route, logged } = routerWith({});
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(operations).filter(isOperation)),
        fc.anything({ withBigInt: true, withMap: true, withNullPrototype: true }),
        async (operation, input) => {
          const reply = await route(operation, input);
          expect(reply.ok).toBe(false);
          // Reached handlers reject with a plain error; then the input has to be one that fits.
          const schema = operations[operation].input.strict();
          if (logged.splice(0).length > 0) expect(schema.safeParse(input).success).toBe(true);
        },
      ),
    );
  });

  it("is refused when it is larger than 4 MiB or no plain data", async () => {
    const { route } = routerWith({});
    const sessionId = createSessionId();
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    // The contract caps a prompt but not the number of choices: here the size is all that is wrong.
    const choices = Object.fromEntries(
      Array.from({ length: 5 }, (_, index) => [`${index}${"x".repeat(1024 * 1024)}`, "keep"]),
    );
    const target = { unit: "session", sessionId };
    const undo = { sessionId, target, conflicts: "keep", choices };
    const fits = operations["checkpoint.undo"].input.strict().safeParse(undo);
    expect(fits.error).toBeUndefined();
    expect(await route("checkpoint.undo", undo)).toEqual(refusal("invalid-input"));
    expect(await route("app.info", circular)).toEqual(refusal("invalid-input"));
  });

  it("may carry a prompt of a million characters", async () => {
    const { route } = routerWith({ "session.stop": async () => ({}) });
    expect(await route("session.stop", { sessionId: createSessionId() })).toEqual({
      ok: true,
      value: {},
    });
    const fits = operations["session.send"].input.safeParse({
      sessionId: createSessionId(),
      prompt: "界".repeat(1_000_000),
    });
    expect(fits.success).toBe(true);
  });
});

describe("a failure in a handler", () => {
  it("that was expected is answered in its own words and not logged", async () => {
    const failure = new AppError("conflict", "It changed: look again");
    const { route, logged } = routerWith({ "settings.get": () => Promise.reject(failure) });
    expect(await route("settings.get", {})).toEqual({
      ok: false,
      error: { code: "conflict", message: "It changed: look again" },
    });
    expect(logged).toEqual([]);
  });

  it("that nobody expected is logged whole and answered without path or stack", async () => {
    const failure = new Error("EACCES: /home/ada/.config/secret");
    const { route, logged } = routerWith({ "settings.get": () => Promise.reject(failure) });
    const reply = await route("settings.get", {});
    expect(reply).toEqual(refusal("internal"));
    expect(JSON.stringify(reply)).not.toContain("secret");
    expect(logged).toEqual([failure]);
  });

  it("thrown at once and not as a rejection is answered too", async () => {
    const { route } = routerWith({
      "settings.get": () => {
        throw new TypeError("no");
      },
    });
    expect(await route("settings.get", {})).toEqual(refusal("internal"));
  });

  it("to answer what the contract says is found, and nothing of the answer crosses", async () => {
    const wrong = { ...settingsSchema.parse({}), maxSteps: 0 };
    const { route, logged } = routerWith({ "settings.get": async () => wrong });
    expect(await route("settings.get", {})).toEqual(refusal("internal"));
    expect(logged).toHaveLength(1);
  });

  it("to leave out what the contract does not name is made good before it crosses", async () => {
    const settings = settingsSchema.parse({});
    const { route } = routerWith({
      "settings.get": async () => Object.assign({ key: "sk-secret" }, settings),
      "session.list": async () => [],
      "key.hosts": async () => Object.assign({ hosts: ["a"] }, { key: "sk-secret" }),
    });
    expect(await route("settings.get", {})).toEqual({ ok: true, value: settings });
    expect(await route("key.hosts", { key: "abc" })).toEqual({ ok: true, value: { hosts: ["a"] } });
  });
});
