import { createServer, type IncomingMessage } from "node:http";
import { describe, expect, it } from "vitest";
import { ownProxies } from "../../../../src/main/shell/network/own-proxy.ts";
import { clientHello } from "../../../support/client-hello.ts";
import { listen } from "../../../support/listen.ts";
import { grantsOf, startProxy, startSink } from "../../../support/network-fixture.ts";

const place = { host: "a.example", port: 443 };

describe("ownProxies", () => {
  it("reads the environment as curl does", () => {
    const find = ownProxies({
      HTTPS_PROXY: "http://me:p%40ss@proxy.example:3128",
      http_proxy: "proxy.example",
      HTTP_PROXY: "ignored.example",
      NO_PROXY: "spared.example, .below.example,*.star.example port.example:8443",
    });
    expect(find(place, "https")).toEqual({
      isSecure: false,
      host: "proxy.example",
      port: 3128,
      authorization: `Basic ${Buffer.from("me:p@ss").toString("base64")}`,
    });
    expect(find(place, "http")).toMatchObject({ port: 80, authorization: null });
    const isSpared = (host: string): boolean => find({ host, port: 443 }, "https") === null;
    const spared = ["spared.example", "x.spared.example", "x.below.example", "x.star.example"];
    expect(spared.filter(isSpared)).toEqual(spared);
    expect(["port.example", "xspared.example"].filter(isSpared)).toEqual([]);
    expect(find({ host: "port.example", port: 8443 }, "https")).toBeNull();
    expect(find({ host: "localhost", port: 443 }, "https")).toBeNull();
    expect(ownProxies({})(place, "https")).toBeNull();
    expect(ownProxies({ all_proxy: "https://p.example" })(place, "http")).toMatchObject({
      isSecure: true,
      port: 443,
    });
    expect(ownProxies({ https_proxy: "p.example", no_proxy: "*" })(place, "https")).toBeNull();
  });

  it("goes round no proxy that it does not speak to", async () => {
    const ownProxy = ownProxies({ all_proxy: "socks5://127.0.0.1:1" });
    expect(() => ownProxy(place, "https")).toThrow("not an http");
    await using sink = await startSink();
    await using proxy = await startProxy({
      grants: grantsOf("a.example"),
      names: { "a.example": ["93.184.216.34"] },
      sinkPort: sink.port,
      ownProxy,
    });
    expect(
      await proxy.say("CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n"),
    ).toContain("502");
    expect(sink.heard).toEqual([]);
  });
});

describe("through the person's own proxy", () => {
  it("tunnels and requests go on, with a password that no command sees", async () => {
    const asked: Pick<IncomingMessage, "method" | "url" | "headers">[] = [];
    await using sink = await startSink((_text, socket) => socket.end("pong"));
    const server = createServer((request, response) => {
      asked.push(request);
      response.end("plain");
    });
    server.on("connect", (request, socket) => {
      asked.push(request);
      if (request.url?.startsWith("b.example") === true)
        return void socket.end("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
      socket.write("HTTP/1.1 200 OK\r\n\r\nfirst");
      socket.on("data", (bytes) => socket.end(bytes));
    });
    await using own = await listen(server);
    const url = `http://me:secret@127.0.0.1:${own.port}`;
    await using proxy = await startProxy({
      grants: grantsOf("a.example", "b.example", "local.example"),
      // The first is known to the proxy only.
      names: { "b.example": ["93.184.216.34"], "local.example": ["127.0.0.1"] },
      ownProxy: ownProxies({ https_proxy: url, http_proxy: url }),
      sinkPort: sink.port,
    });
    const hello = await clientHello("a.example");
    const tunnel = await proxy.say(
      "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n",
      hello,
    );
    expect(tunnel).toBe(
      `HTTP/1.1 200 Connection established\r\n\r\nfirst${hello.toString("latin1")}`,
    );
    const plain = await proxy.say("GET http://a.example/p HTTP/1.1\r\nHost: a.example\r\n\r\n");
    expect(plain).toMatch(/^HTTP\/1\.1 200 .+plain/s);
    const authorization = `Basic ${Buffer.from("me:secret").toString("base64")}`;
    expect(asked.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      "CONNECT a.example:443",
      "GET http://a.example/p",
    ]);
    for (const { headers } of asked) expect(headers["proxy-authorization"]).toBe(authorization);
    expect(`${tunnel}${plain}`).not.toContain(authorization);

    const denied = await proxy.say("CONNECT b.example:443 HTTP/1.1\r\nHost: b.example:443\r\n\r\n");
    expect(denied).toMatch(/^HTTP\/1\.1 502 /);
    // What is known to lead inside is refused before the proxy hears of it.
    await proxy.say("CONNECT local.example:443 HTTP/1.1\r\nHost: local.example:443\r\n\r\n");
    await proxy.say("CONNECT c.example:443 HTTP/1.1\r\nHost: c.example:443\r\n\r\n");
    expect(asked).toHaveLength(3);
    expect(proxy.dialled).toEqual([]);
    expect(sink.heard).toEqual([]);
  });
});
