import { createServer } from "node:http";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import type { KeychainPort } from "../../../src/main/keys/keychain.ts";
import { findBytes } from "../../support/find-bytes.ts";
import { listen } from "../../support/listen.ts";
import { memoryKeychain } from "../../support/monitoring-fixture.ts";
import { partialAnswer, startOtlpReceiver, type OtlpAnswer } from "../../support/otlp-receiver.ts";
import {
  connect,
  minute,
  noSignal,
  ledgerOf,
  openExport,
  tailRow,
  type TelemetryFixtureOptions,
} from "../../support/telemetry-fixture.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const secret = "s3cret-0123456789-token";
const typed = { from: "typed", name: "Authorization", value: `Bearer ${secret}` } as const;

async function open(options: TelemetryFixtureOptions = {}) {
  const home = createTemporaryFolder();
  const receiver = await startOtlpReceiver();
  const fixture = openExport(home.path, ledgerOf([tailRow(1)]), options);
  return {
    ...fixture,
    home: home.path,
    receiver,
    async [Symbol.asyncDispose]() {
      await receiver[Symbol.asyncDispose]();
      home[Symbol.dispose]();
    },
  };
}

const lastOf = async (fixture: Awaited<ReturnType<typeof open>>) =>
  (await fixture.desk.status()).setUp?.last;

describe("what a collector answers", () => {
  it("is told in words that say what to do", async () => {
    await using fixture = await open();
    const { receiver, desk } = fixture;
    await connect(fixture, receiver.url);
    const told: [OtlpAnswer, string, string][] = [
      [{ status: 401 }, "refused", "refused: 401. Check the header."],
      [{ status: 404 }, "not-otlp", "takes no metrics at /v1/metrics (404)"],
      [{ status: 503 }, "busy", "asks to wait (503)"],
      [{ status: 500 }, "unreachable", "fails (500)"],
      [partialAnswer(7, "too\nold"), "partial", "rejected 7 points: too old"],
      [{}, "accepted", ""],
    ];
    for (const [answer, outcome, message] of told) {
      receiver.answer(answer);
      await desk.check();
      const last = await lastOf(fixture);
      expect([last?.outcome, last?.message]).toEqual([outcome, expect.stringContaining(message)]);
    }
  });

  it("is quoted in one short line, also from the protocol's own status", async () => {
    await using fixture = await open();
    const { receiver, desk } = fixture;
    await connect(fixture, receiver.url);
    const words = "no\u001b[31m such\r\ntenant ";
    const status = Buffer.concat([
      Buffer.from([8, 3, 18, Buffer.byteLength(words)]),
      Buffer.from(words),
    ]);
    receiver.answer({ status: 400, body: status });
    await desk.check();
    expect((await lastOf(fixture))?.message).toContain("It says: no [31m such tenant");
    receiver.answer({
      status: 400,
      body: "x".repeat(5000),
      headers: { "content-type": "text/plain" },
    });
    await desk.check();
    expect((await lastOf(fixture))?.message.length).toBeLessThan(450);
    // Cut off within, or no protobuf at all: nothing to quote, and no failure.
    for (const body of [status.subarray(0, 3), Buffer.from([255, 255, 255, 255, 255, 255])]) {
      receiver.answer({ status: 400, body });
      await desk.check();
      expect((await lastOf(fixture))?.outcome).toBe("not-otlp");
    }
  });

  it("makes it wait: longer each time, as long as it asks, and no longer than that", async () => {
    await using fixture = await open();
    const { receiver, exporter } = fixture;
    await connect(fixture, receiver.url);
    const tick = async (ms: number) => {
      fixture.advance(ms);
      return (await exporter.tick(noSignal))?.outcome ?? null;
    };
    receiver.answer({ status: 429, headers: { "retry-after": "600" } });
    expect(await tick(minute)).toBe("busy");
    expect(await tick(9 * minute)).toBeNull();
    receiver.answer({ status: 500 });
    expect(await tick(minute)).toBe("unreachable");
    // The third wait is at least eight tenths of four intervals.
    expect(await tick(minute)).toBeNull();
    expect(await tick(minute)).toBe("unreachable");
    expect(await tick(3 * minute)).toBeNull();
    expect(await tick(minute)).toBe("unreachable");
    for (let one = 0; one < 10; one += 1) expect(await tick(16 * minute)).toBe("unreachable");
    receiver.answer({});
    expect(await tick(16 * minute)).toBe("accepted");
    expect(await tick(minute)).toBe("accepted");
    // Another process has just sent: it is not due.
    expect(await tick(minute / 4)).toBeNull();
  });

  it("is not believed when it asks to be left alone for a year", async () => {
    await using fixture = await open();
    const { receiver, exporter } = fixture;
    await connect(fixture, receiver.url);
    receiver.answer({ status: 503, headers: { "retry-after": "99999999" } });
    fixture.advance(minute);
    await exporter.tick(noSignal);
    receiver.answer({});
    fixture.advance(61 * minute);
    expect((await exporter.tick(noSignal))?.outcome).toBe("accepted");
  });
});

describe("by itself", () => {
  it("the export begins, and lets go of a collector that never answers when it is removed", async () => {
    await using fixture = await open({ intervalMs: 20 });
    const { receiver, desk } = fixture;
    await connect(fixture, receiver.url);
    receiver.answer({ silent: true });
    desk.start();
    await expect.poll(() => receiver.requests.length).toBe(2);
    expect((await desk.remove()).setUp).toBeNull();
    await desk.close();
    expect(fixture.troubles).toEqual([]);
    expect(receiver.requests).toHaveLength(2);
  });
});

describe("setting a collector up", () => {
  it("keeps nothing where the try fails", async () => {
    await using fixture = await open();
    fixture.receiver.answer({ status: 403 });
    const { result, kept } = await fixture.desk.setUp({
      endpoint: fixture.receiver.url,
      header: typed,
      persist: "keychain",
    });
    expect([result.outcome, kept]).toEqual(["refused", null]);
    expect((await fixture.desk.status()).setUp).toBeNull();
    expect(await fixture.keychain.list()).toEqual([]);
  });

  it("takes the base address with or without the protocol's path", async () => {
    await using fixture = await open();
    await connect(fixture, `${fixture.receiver.url}/v1/metrics`);
    expect((await fixture.desk.status()).setUp?.endpoint).toBe(fixture.receiver.url);
  });

  it.each([
    "http://collector.example:4318",
    "http://10.0.0.7:4318",
    "ftp://127.0.0.1",
    "collector",
  ])("refuses %s: https only, or this machine", async (endpoint) => {
    await using fixture = await open();
    await expect(connect(fixture, endpoint)).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("forgets it with its header, and stays the same installation", async () => {
    await using fixture = await open();
    const setUp = () =>
      fixture.desk.setUp({ endpoint: fixture.receiver.url, header: typed, persist: "keychain" });
    await setUp();
    expect((await fixture.desk.remove()).setUp).toBeNull();
    expect(await fixture.keychain.list()).toEqual([]);
    await expect(fixture.desk.check()).rejects.toMatchObject({ code: "not-found" });
    await setUp();
    const ids = fixture.receiver.requests.map(
      ({ metrics }) => metrics[0]?.resource.attributes["service.instance.id"],
    );
    expect(new Set(ids).size).toBe(1);
  });
});

describe("the header of a collector", () => {
  it("goes to its origin, from the keychain, and is in no file, answer or error", async () => {
    await using fixture = await open();
    const { desk, receiver, home, headers } = fixture;
    const said = [
      await desk.setUp({ endpoint: receiver.url, header: typed, persist: "keychain" }),
      await desk.status(),
    ];
    await desk.check();
    expect(receiver.requests.map((one) => one.headers.authorization)).toEqual([
      typed.value,
      typed.value,
    ]);
    expect(await fixture.keychain.list()).toEqual([
      { account: receiver.url, secret: `Authorization: ${typed.value}` },
    ]);
    receiver.answer({ status: 401 });
    await desk.check();
    said.push(await desk.status());
    expect(findBytes(home, secret)).toEqual([]);
    expect(inspect(said, { depth: 9 })).not.toContain(secret);
    expect(said.at(-1)).toMatchObject({
      setUp: { header: { name: "Authorization", source: "keychain" } },
    });
    expect(headers.known()).toContain(secret);
  });

  it("can have another name, but none that changes the request", async () => {
    await using fixture = await open();
    const { desk, receiver } = fixture;
    const named = (name: string) =>
      desk.setUp({
        endpoint: receiver.url,
        header: { from: "typed", name, value: secret },
        persist: "memory",
      });
    expect((await named("api-key")).kept).toBe("memory");
    expect(receiver.requests[0]?.headers["api-key"]).toBe(secret);
    expect(await fixture.keychain.list()).toEqual([]);
    for (const name of ["Host", "content-type", "Transfer-Encoding", "a b", "x\r\ny", ""])
      await expect(named(name)).rejects.toMatchObject({ code: "invalid-input" });
    await expect(
      desk.setUp({
        endpoint: receiver.url,
        header: { from: "typed", name: "x-key", value: "one\r\nx-two: 2" },
        persist: "memory",
      }),
    ).rejects.toMatchObject({ code: "invalid-input" });
  });

  it("is never sent to another origin, by a new address or by a redirect", async () => {
    await using fixture = await open();
    const { desk, receiver } = fixture;
    await using other = await startOtlpReceiver();
    await desk.setUp({ endpoint: receiver.url, header: typed, persist: "keychain" });
    await expect(
      desk.setUp({ endpoint: other.url, header: { from: "kept" }, persist: "keychain" }),
    ).rejects.toMatchObject({ code: "invalid-input" });
    receiver.answer({ status: 307, headers: { location: `${other.url}/v1/metrics` } });
    await desk.check();
    expect((await lastOf(fixture))?.outcome).toBe("not-otlp");
    expect(other.requests).toEqual([]);
  });

  it("comes from the environment only when the person takes it", async () => {
    await using fixture = await open({
      environment: { OTEL_EXPORTER_OTLP_HEADERS: `api-key=${encodeURIComponent(secret)}` },
    });
    const { desk, receiver } = fixture;
    expect(inspect(await desk.status())).not.toContain(secret);
    await connect(fixture, receiver.url);
    expect(receiver.requests[0]?.headers["api-key"]).toBeUndefined();
    await desk.setUp({
      endpoint: receiver.url,
      header: { from: "environment" },
      persist: "memory",
    });
    expect(receiver.requests[1]?.headers["api-key"]).toBe(secret);
  });

  it("that is gone sends nothing, and says so", async () => {
    const keychain: KeychainPort = memoryKeychain();
    await using fixture = await open({ keychain });
    const { desk, receiver } = fixture;
    await desk.setUp({ endpoint: receiver.url, header: typed, persist: "keychain" });
    await keychain.remove(receiver.url);
    await desk.check();
    expect(receiver.requests).toHaveLength(1);
    expect((await lastOf(fixture))?.message).toContain("Enter it again");
  });
});

describe("a server that is no collector", () => {
  it("is recognised by a huge answer", async () => {
    await using fixture = await open();
    await using huge = await listen(
      createServer((incoming, response) => {
        incoming.resume();
        response.end("x".repeat(200_000));
      }),
    );
    const { result } = await connect(fixture, huge.url);
    expect(result.outcome).toBe("not-otlp");
  });
});
