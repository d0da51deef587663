import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { sessionIdSchema, turnIdSchema } from "../../../../src/shared/ids.ts";
import { perlBridge, pythonBridge } from "../../../../src/main/shell/network/bridge-scripts.ts";
import { findBridge, type Bridge } from "../../../../src/main/shell/network/find-bridge.ts";
import { createNetwork } from "../../../../src/main/shell/network/network.ts";
import { listen } from "../../../support/listen.ts";
import { grantsOf, startSink } from "../../../support/network-fixture.ts";
import { createSandboxFixture, noSandboxHere, skipNote } from "../../../support/sandbox-fixture.ts";

const bridges: Readonly<Record<string, Bridge>> = {
  perl: ["/usr/bin/perl", "-e", perlBridge, "--"],
  python: ["/usr/bin/python3", "-I", "-S", "-c", pythonBridge],
};
const session = sessionIdSchema.parse("s-1");
const owner = { sessionId: session, turnId: turnIdSchema.parse("t-1") };

const quietly = "curl -sS --max-time 20";

describe.skipIf(noSandboxHere !== null).each(Object.entries(bridges))(
  `a sandboxed command's network over %s${skipNote}`,
  (_name, bridge) => {
    const here = findBridge([bridge]);
    const open = (background = false) => {
      const network = createNetwork({ environment: {}, bridge: here });
      const box = createSandboxFixture({}, { network: network.forSession(session), background });
      return { network, box };
    };

    it.skipIf(here === null)("reaches what was granted, and says so", async () => {
      await using server = await listen(
        createServer((request, response) => response.end(`${request.method} ${request.url}`)),
      );
      const { network, box: opened } = open();
      await using box = opened;
      const url = `http://localhost:${server.port}`;
      const ask = `${quietly} --noproxy '' ${url}/plain; echo; ${quietly} --noproxy '' -p ${url}/tunnel`;
      const before = await box.run(ask);
      expect(before.output).toContain(`localhost:${server.port} is not open to commands.`);
      expect(before.notes).toEqual([
        `Blocked: a connection to localhost:${server.port} (2 times). Run it again with needs ["network:localhost:${server.port}"] to ask for it.`,
      ]);
      const place = `localhost:${server.port}`;
      expect(before.blocked).toEqual([{ wall: "network", place, need: `network:${place}` }]);
      network.grants.allow(session, grantsOf(`localhost:${server.port}`));
      const after = await box.run(ask);
      expect(after.output).toBe("GET /plain\nGET /tunnel");
      expect(after.notes).toEqual([
        expect.stringMatching(/^Network: sent \d+ bytes to localhost, received \d+ bytes\.$/),
      ]);
      expect(after.leftBehind).toBe(0);
    });

    it.skipIf(here === null)(
      "reaches a low port through the proxy, and the others beside it",
      async () => {
        await using server = await listen(
          createServer((_request, response) => response.end("served")),
        );
        const { network, box: opened } = open();
        await using box = opened;
        network.grants.allow(session, grantsOf("localhost:1", `localhost:${server.port}`));
        const done = await box.run(
          `${quietly} http://localhost:${server.port}/; echo; ${quietly} --noproxy '' http://localhost:1/`,
        );
        expect(done.output).toMatch(/^served\nBelay: localhost:1 could not be reached\.$/m);
      },
    );

    it.skipIf(here === null)("carries much, both ways and at once, to the last byte", async () => {
      const size = 3_000_000;
      await using server = await listen(
        createServer((request, response) => {
          let received = 0;
          request.on("data", (bytes: Buffer) => void (received += bytes.length));
          request.on("end", () => response.end(`${received}:${"x".repeat(size)}`));
        }),
      );
      const { network, box: opened } = open();
      await using box = opened;
      network.grants.allow(session, grantsOf(`localhost:${server.port}`));
      const one = await box.run(
        `head -c ${size} /dev/zero | ${quietly} --noproxy '' -p -o got -T - http://localhost:${server.port}/; head -c 8 got; wc -c < got`,
      );
      expect(one.output).toBe(`${size}:${size + 8}\n`);
      const many = await box.run(
        `seq 60 | xargs -P 20 -I{} ${quietly} --noproxy '' -p -o /dev/null -w '%{size_download} ' http://localhost:${server.port}/`,
      );
      expect(many.output.trim().split(" ")).toEqual(Array(60).fill(String(size + 2)));
    });

    it.skipIf(here === null)(
      "leads a granted port of this machine to its own number inside",
      async () => {
        await using sink = await startSink((_text, socket) => socket.end("pong"));
        const { network, box: opened } = open();
        await using box = opened;
        const talk = `bash -c 'exec 3<>/dev/tcp/127.0.0.1/${sink.port} && printf ping >&3 && cat <&3'`;
        expect((await box.run(talk)).output).toContain("Connection refused");
        network.grants.allow(session, grantsOf(`localhost:${sink.port}`));
        const done = await box.run(talk);
        expect(done.output).toBe("pong");
        expect(done.notes).toEqual([
          `Network: sent 4 bytes to localhost:${sink.port}, received 4 bytes.`,
        ]);
        network.grants.revoke(session);
        expect((await box.run(talk)).output).toContain("Connection refused");
        expect(sink.heard).toEqual(["ping"]);
      },
    );

    it.skipIf(here === null)("is cut where the person takes it back", async () => {
      await using sink = await startSink((_text, socket) => socket.write("pong"));
      const { network, box: opened } = open();
      await using box = opened;
      network.grants.allow(session, grantsOf(`localhost:${sink.port}`));
      const straight = `exec 3<>/dev/tcp/127.0.0.1/${sink.port}; printf ping >&3; timeout 30 cat <&3; echo " cut: $?";`;
      const through = `exec 3<>/dev/tcp/127.0.0.1/61080; printf 'CONNECT localhost:${sink.port} HTTP/1.1\\r\\nHost: localhost:${sink.port}\\r\\n\\r\\nping' >&3; timeout 30 cat <&3 | tail -c 4; echo ' cut';`;
      const running = Promise.all([box.run(straight), box.run(`bash -c "${through}"`)]);
      await expect.poll(() => sink.heard, { timeout: 10_000 }).toEqual(["ping", "ping"]);
      network.grants.revoke(session, grantsOf(`localhost:${sink.port}`));
      const [own, tunnel] = await running;
      expect(own.output).toBe("pong cut: 0\n");
      expect(tunnel.output).toBe("pong cut\n");
    });

    it.skipIf(here === null)(
      "opens the port of a background command to this machine, until that ends",
      async () => {
        const { network, box: opened } = open(true);
        await using box = opened;
        const started = await box.runner.start(
          {
            command:
              "echo served > a.txt; for on in ::1 127.0.0.1; do /usr/bin/python3 -m http.server 300${#on} --bind $on & done; wait",
            cwd: box.root,
            signal: new AbortController().signal,
            onOutput: () => undefined,
            launcher: box.launcher(),
          },
          owner,
        );
        await expect.poll(() => network.portsOf(started.outputId)).toEqual([3003, 3009]);
        const port = await network.forwardPort(started.outputId, 3003);
        const url = `http://127.0.0.1:${port}/`;
        const four = await network.forwardPort(started.outputId, 3009);
        expect(await network.forwardPort(started.outputId, 3003)).toBe(port);
        for (const way of [url, url, url, `http://127.0.0.1:${four}/`])
          expect(await (await fetch(`${way}a.txt`)).text()).toBe("served\n");
        await expect(network.forwardPort(started.outputId, 3001)).rejects.toThrow(
          "Nothing listens",
        );
        // It is Belay's own: no command is led to it, whatever is granted.
        network.grants.allow(session, grantsOf(`localhost:${port}`));
        const tried = await box.run(`${quietly} --noproxy '' http://localhost:${port}/a.txt`);
        expect(tried.output).toContain("not open to commands");
        await box.runner.background.stop(started.outputId);
        await expect(fetch(url)).rejects.toThrow("fetch failed");
        await expect(network.forwardPort(started.outputId, 3003)).rejects.toThrow("has ended");
        expect(await network.portsOf(started.outputId)).toEqual([]);
      },
    );
  },
);

describe.skipIf(noSandboxHere !== null || findBridge() === null)(
  `a sandboxed command's network${skipNote}`,
  () => {
    it("has nothing but loopback and its own sockets, which are gone with it", async () => {
      const network = createNetwork({ environment: {} });
      await using box = createSandboxFixture({}, { network: network.forSession(session) });
      await using sink = await startSink();
      const done = await box.run(
        `for to in 1.1.1.1/443 127.0.0.1/${sink.port} 169.254.169.254/80; do bash -c "exec 3<>/dev/tcp/$to" && echo connected; done; grep -c : /proc/net/dev; ls /belay/run; touch /belay/run/x; rm /belay/run/out`,
      );
      expect(done.output).toMatch(/^1$/m);
      expect(done.output).toMatch(/^out$/m);
      expect(done.output).not.toContain("connected\n");
      expect(done.output.match(/Read-only file system/g)).toHaveLength(2);
      expect(sink.heard).toEqual([]);
      expect(readdirSync(join(box.outside, "data/sandbox/w/run"))).toEqual([]);
    });

    it("leaves its own servers to itself, and counts what it leaves behind", async () => {
      const network = createNetwork({ environment: {} });
      await using box = createSandboxFixture(
        { "a.txt": "own" },
        { network: network.forSession(session) },
      );
      const serve = "/usr/bin/python3 -m http.server 3000 --bind 127.0.0.1 2>/dev/null & ";
      const done = await box.run(`${serve} sleep 0.5; ${quietly} http://localhost:3000/a.txt`);
      expect(done).toMatchObject({ output: "own", notes: [], leftBehind: 1 });
    });

    it("is one session's: another one's grants open nothing, nor its sockets", async () => {
      await using server = await listen(
        createServer((_request, response) => response.end("hello")),
      );
      const network = createNetwork({ environment: {} });
      const other = sessionIdSchema.parse("s-2");
      network.grants.allow(other, grantsOf(`localhost:${server.port}`));
      await using box = createSandboxFixture({}, { network: network.forSession(session) });
      const ask = `${quietly} --noproxy '' http://localhost:${server.port}/`;
      expect((await box.run(ask)).output).toContain("not open to commands");
    });

    it("does without one where nothing can pass its connections on", async () => {
      const network = createNetwork({ environment: {}, bridge: findBridge([["/nowhere"]]) });
      expect(network.missing).toContain("Install perl or python3");
      await using box = createSandboxFixture({}, { network: network.forSession(session) });
      expect(await box.run("env | grep -i proxy; ls /belay")).toMatchObject({ output: "home\n" });
    });
  },
);
