import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { clientHello } from "../../../support/client-hello.ts";
import { grantsOf, startProxy, startSink } from "../../../support/network-fixture.ts";

const publicAddress = "93.184.216.34";
const connectTo = (place: string, host = place): string =>
  `CONNECT ${place} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

describe("the commands' proxy lets through", () => {
  it("a granted host, to the address that it looked at, and counts the bytes", async () => {
    await using sink = await startSink((_text, socket) => socket.end("pong"));
    await using proxy = await startProxy({
      grants: grantsOf("a.example:7000"),
      names: { "a.example": [publicAddress] },
      sinkPort: sink.port,
    });
    const heard = await proxy.say(connectTo("A.example.:7000", "a.example:7000"), "ping");
    expect(heard).toBe("HTTP/1.1 200 Connection established\r\n\r\npong");
    expect(proxy.dialled).toEqual([`${publicAddress}:7000`]);
    expect(sink.heard).toEqual(["ping"]);
    await expect.poll(() => proxy.traffic.hosts()).toEqual([{ host: "a.example", up: 4, down: 4 }]);
    expect(proxy.traffic.refused()).toEqual([]);
  });

  it("TLS to the granted host, in one piece with the request or byte by byte", async () => {
    const hello = await clientHello("a.example");
    await using sink = await startSink();
    await using proxy = await startProxy({
      grants: grantsOf("a.example"),
      names: { "a.example": [publicAddress] },
      sinkPort: sink.port,
    });
    await proxy.say(Buffer.concat([Buffer.from(connectTo("a.example:443")), hello]));
    await proxy.say(connectTo("a.example:443"), ...[...hello].map((byte) => Buffer.of(byte)));
    await expect
      .poll(() => sink.heard)
      .toEqual([hello.toString("latin1"), hello.toString("latin1")]);
  });

  it("a server that speaks first", async () => {
    await using proxy = await startProxy({ grants: grantsOf("localhost:1") });
    expect(await proxy.say(connectTo("localhost:1"))).toContain("502");
    await using server = await startSink();
    await using open = await startProxy({ grants: grantsOf(`localhost:${server.port}`) });
    const socket = open.open();
    socket.write(connectTo(`localhost:${server.port}`));
    await expect.poll(() => server.heard).toEqual([""]);
  });

  it("plain http, with the headers that are for the server and no others", async () => {
    await using sink = await startSink((text, socket) => {
      if (text.endsWith("\r\n\r\nbody"))
        socket.end("HTTP/1.1 201 Created\r\nX-Own: 1\r\nContent-Length: 2\r\n\r\nok");
    });
    await using proxy = await startProxy({
      grants: grantsOf("a.example"),
      names: { "a.example": [publicAddress] },
      sinkPort: sink.port,
    });
    const heard = await proxy.say(
      "POST http://A.example/p?q=1 HTTP/1.1\r\nHost: a.example\r\nProxy-Authorization: Basic c2VjcmV0\r\nConnection: x-hop\r\nX-Hop: 1\r\nX-End: 2\r\nContent-Length: 4\r\n\r\nbody",
    );
    expect(heard).toMatch(/^HTTP\/1\.1 201 Created\r\nX-Own: 1\r\nContent-Length: 2\r\n/);
    expect(heard).toMatch(/\r\n\r\nok$/);
    expect(sink.heard).toEqual([
      "POST /p?q=1 HTTP/1.1\r\nHost: a.example\r\nX-End: 2\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody",
    ]);
    expect(proxy.traffic.hosts()).toMatchObject([{ host: "a.example", down: 55 }]);
  });

  it("what was opened meanwhile", async () => {
    let grants = grantsOf();
    await using sink = await startSink();
    await using proxy = await startProxy({ grants: () => grants });
    const place = `localhost:${sink.port}`;
    expect(await proxy.say(connectTo(place))).toMatch(/^HTTP\/1\.1 403 .+ is not open/s);
    expect(sink.heard).toEqual([]);
    grants = grantsOf(place);
    expect(await proxy.say(connectTo(place), "x")).toContain("200");
    expect(sink.heard).toEqual(["x"]);
  });
});

describe("nobody hears of", () => {
  const granted = ["a.example", "b.example", "private:inner.example", "rebound.example"];
  const names = {
    "a.example": [publicAddress],
    "rebound.example": [publicAddress, "127.0.0.1"],
    "local.example": ["127.0.0.1"],
    "inner.example": ["10.0.0.7"],
    "intranet.example": ["10.0.0.7"],
    "meta.example": ["169.254.169.254"],
    "mapped.example": ["::ffff:169.254.169.254"],
    "ali.example": ["100.100.100.200"],
    "six.example": ["fd00:ec2::254"],
    "linked.example": ["fe80::1"],
    "zero.example": ["0.0.0.0"],
    "evil.example": [publicAddress],
  };
  const byAddress = Object.keys(names).filter(
    (name) => !["a.example", "evil.example", "inner.example"].includes(name),
  );
  const all = grantsOf(...granted, ...byAddress);

  /** Says it through a proxy whose every connection would arrive at a sink; answers what was replied. */
  async function tried(...pieces: readonly (string | Buffer)[]): Promise<string> {
    await using sink = await startSink();
    await using proxy = await startProxy({ grants: all, names, sinkPort: sink.port });
    const reply = await proxy.say(...pieces);
    expect(proxy.dialled).toEqual([]);
    expect(sink.heard).toEqual([]);
    expect(proxy.traffic.refused()).not.toEqual([]);
    return reply;
  }

  it.each(byAddress)("a granted name that leads inside: %s", async (name) => {
    expect(await tried(connectTo(`${name}:443`))).toMatch(/^HTTP\/1\.1 403 /);
    expect(await tried(`GET http://${name}/ HTTP/1.1\r\nHost: ${name}\r\n\r\n`)).toContain(" 403 ");
  });

  const places = [
    "127.0.0.1 127.1 2130706433 0x7f000001 0x7f.0.0.1 0177.0.0.1 017700000001 127.0.0.1. 0 0.0.0.0",
    "169.254.169.254 2852039166 0xa9fea9fe 169.254.43518 [::1] [::] [::ffff:127.0.0.1] [::ffff:7f00:1]",
    "[0:0:0:0:0:ffff:127.0.0.1] [::127.0.0.1] [64:ff9b::7f00:1] [fe80::1%25lo] [fd00:ec2::254]",
    "localhost LOCALHOST localhost. ip6-localhost a.localhost evil.example sub.a.example a.example.evil.example",
    "a.examplé xn--.example a%2eexample a.example%00.evil.example ａ.example a。example -a.example a..example",
    "93.184.216.34 a.example@evil.example user:pass@a.example a.example#evil.example a.example/evil",
  ].flatMap((line) => line.split(" "));
  it.each(places)("a tunnel to %s", async (host) => {
    expect(await tried(connectTo(`${host}:443`))).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(await tried(`CONNECT ${host}:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n`)).toContain(
      " 40",
    );
    expect(await tried(`GET http://${host}/ HTTP/1.1\r\nHost: ${host}\r\n\r\n`)).toContain(" 40");
  });

  it.each([
    "a.example",
    "a.example:0",
    "a.example:22",
    "a.example:65536",
    "a.example:443:80",
    ":443",
    "*:443",
    "*",
  ])("a tunnel to a place that is none, or to another port: %s", async (place) => {
    expect(await tried(connectTo(place))).toMatch(/^HTTP\/1\.1 40[03] /);
  });

  const get = "GET http://a.example/ HTTP/1.1\r\n";
  const requests: Readonly<Record<string, string>> = {
    "two Host headers": `${get}Host: a.example\r\nHost: evil.example\r\n\r\n`,
    "two Host headers that agree": `${get}Host: a.example\r\nHost: a.example\r\n\r\n`,
    "another Host": `${get}Host: evil.example\r\n\r\n`,
    "another port in Host": `${get}Host: a.example:8080\r\n\r\n`,
    "no Host": `${get}\r\n`,
    "an empty Host": `${get}Host:\r\n\r\n`,
    "a Host in a folded line": `${get}X: 1\r\n Host: evil.example\r\n\r\n`,
    "white space before the colon": `${get}Host : a.example\r\n\r\n`,
    "a bare line feed": `${get}Host: a.example\nX: 1\r\n\r\n`,
    "a bare carriage return": `${get}Host: a.example\rX: 1\r\n\r\n`,
    "a length and chunks": `POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    "two lengths": `POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
    "a strange encoding": `POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked, x\r\n\r\n0\r\n\r\n`,
    userinfo: "GET http://a.example@evil.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "userinfo of the host itself": "GET http://u:p@a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "a backslash": "GET http://a.example\\@evil.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "another scheme": "GET ftp://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "https in the clear": "GET https://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "a path alone": "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "an asterisk": "OPTIONS * HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "an unknown method": "HELO http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
    "HTTP/2 at once": "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS to the proxy": "\x16\x03\x01\x00\x05hello",
    SOCKS: "\x05\x01\x00",
    "a very long header": `${get}Host: a.example\r\nX: ${"x".repeat(20_000)}\r\n\r\n`,
    "a very long address": `GET http://a.example/${"x".repeat(20_000)} HTTP/1.1\r\nHost: a.example\r\n\r\n`,
    "very many headers": `${get}Host: a.example\r\n${"X: 1\r\n".repeat(5000)}\r\n`,
    "a tunnel with two Hosts":
      "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\nHost: evil.example:443\r\n\r\n",
    "a tunnel with another Host":
      "CONNECT a.example:443 HTTP/1.1\r\nHost: evil.example:443\r\n\r\n",
    "a tunnel in absolute form": "CONNECT http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n",
  };
  it.each(Object.entries(requests))("a request with %s", async (_name, request) => {
    expect(await tried(Buffer.from(request, "latin1"))).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it("what comes at once after a tunnel that is refused", async () => {
    const inner = "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n";
    const reply = await tried(`${connectTo("evil.example:443")}${inner}`);
    expect(reply.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});

const isClosed = (socket: Socket): boolean => socket.closed || socket.readableEnded;

describe("the commands' proxy keeps", () => {
  const names = { "a.example": [publicAddress] };

  it("a tunnel from speaking to another server, and nothing of it was sent", async () => {
    await using sink = await startSink();
    await using proxy = await startProxy({
      grants: grantsOf("a.example", "a.example:8443", "evil.example"),
      names,
      sinkPort: sink.port,
    });
    const other = await clientHello("evil.example");
    const beginnings = [
      other,
      await clientHello("a.example.evil.example"),
      Buffer.from("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n"),
      Buffer.from([22, 3, 1, 0, 0]),
    ];
    for (const bytes of beginnings) await proxy.say(connectTo("a.example:443"), bytes);
    await proxy.say(connectTo("a.example:8443"), other);
    await proxy.say(`${connectTo("a.example:443")}${other.toString("latin1")}`);
    expect(sink.heard.join("")).toBe("");
    expect(proxy.traffic.refused().map(({ why }) => why)).toEqual(["other-server", "other-server"]);
    expect(proxy.traffic.hosts()).toEqual([{ host: "a.example", up: 0, down: 0 }]);
  });

  it("each request of a connection to what is granted, and follows no redirect", async () => {
    await using sink = await startSink((text, socket) => {
      if (text.endsWith("\r\n\r\n"))
        socket.end(
          "HTTP/1.1 302 Found\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n",
        );
    });
    await using proxy = await startProxy({
      grants: grantsOf("a.example"),
      names: { ...names, "evil.example": [publicAddress] },
      sinkPort: sink.port,
    });
    const heard = await proxy.say(
      "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\nGET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    );
    expect(heard).toMatch(/302 Found.+Location: http:\/\/evil\.example\/.+403 /s);
    expect(sink.heard).toHaveLength(1);
    expect(proxy.traffic.refused()).toEqual([
      { place: "evil.example:80", why: "not-granted", count: 1 },
    ]);
  });

  it("a body to its own length: what follows it is another request", async () => {
    await using sink = await startSink((text, socket) => {
      if (text.includes("0\r\n\r\n")) socket.end("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    });
    await using proxy = await startProxy({
      grants: grantsOf("a.example"),
      names,
      sinkPort: sink.port,
    });
    await proxy.say(
      "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nConnection: transfer-encoding, content-length\r\n\r\n5\r\nhello\r\n0\r\n\r\nGET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    );
    expect(sink.heard).toEqual([
      "GET / HTTP/1.1\r\nHost: a.example\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    ]);
    expect(proxy.traffic.refused()).toMatchObject([{ place: "evil.example:80" }]);
  });

  it("Belay's own ports to itself", async () => {
    await using sink = await startSink();
    await using proxy = await startProxy({
      grants: grantsOf(`localhost:${sink.port}`),
      ownPorts: new Set([sink.port]),
    });
    for (const name of ["localhost", "127.0.0.1", "[::1]"])
      expect(await proxy.say(connectTo(`${name}:${sink.port}`))).toContain("403");
    expect(sink.heard).toEqual([]);
  });

  it("to 256 connections at once, and goes on when they are gone", async () => {
    await using sink = await startSink((_text, socket) => socket.end("pong"));
    const place = `localhost:${sink.port}`;
    await using proxy = await startProxy({ grants: grantsOf(place) });
    const half = Array.from({ length: 1000 }, () => proxy.open());
    for (const socket of half) socket.write("CONNECT ");
    // The kernel turns away what does not fit into its own queue.
    for (const socket of half) socket.resume();
    await expect.poll(() => half.filter((socket) => !isClosed(socket))).toHaveLength(256);
    expect(proxy.traffic.refused()).toMatchObject([{ place: "?", why: "too-many" }]);
    for (const socket of half) socket.destroy();
    await expect.poll(() => proxy.say(connectTo(place), "ping")).toContain("pong");
    expect(sink.heard).toEqual(["ping"]);
  });

  it("no tunnel open in which nothing is said", async () => {
    await using sink = await startSink();
    const place = `localhost:${sink.port}`;
    await using proxy = await startProxy({ grants: grantsOf(place), idleMs: 30 });
    const socket = proxy.open();
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.resume();
    socket.end(connectTo(place));
    await closed;
    expect(proxy.traffic.hosts()).toEqual([{ host: "localhost", up: 0, down: 0 }]);
  });
});
