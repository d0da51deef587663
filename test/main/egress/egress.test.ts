import type { RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import type { EgressGrant, Resolve } from "../../../src/main/egress/destination.ts";
import { bodyBytes, bodyText } from "../../../src/main/egress/egress.ts";
import { door, grantOf, hello, requestOf, startHearing } from "../../support/egress-fixture.ts";

const redirect =
  (location: string, status = 302): RequestListener =>
  (_request, response) => {
    response.writeHead(status, { location }).end();
  };

const echo: RequestListener = (request, response) => void request.pipe(response);

const elsewhere: Resolve = async () => [{ address: "93.184.216.34", family: 4 }];

const oneHereTwoPrivate: Resolve = async (name) => [
  { address: name === "one.test" ? "127.0.0.1" : "10.0.0.1", family: 4 },
];

describe("the egress door", () => {
  it("fetches from a granted host by https, and says who asks", async () => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const answer = await door().fetch(`https://${host}/a?b`, requestOf(grantOf(host)));
    expect([answer.status, answer.url, await bodyText(answer)]).toEqual([
      200,
      `https://${host}/a?b`,
      "hello",
    ]);
    expect(server.heard).toMatchObject([
      { method: "GET", url: "/a?b", headers: { "user-agent": "belay-test/1", host } },
    ]);
  });

  it.each([
    ["another host", "https://two.test:PORT/"],
    ["another port", "https://one.test/"],
    ["a host that only begins alike", "https://one.test.evil.test:PORT/"],
    ["a name in front", "https://one.test:PORT@evil.test/"],
    ["plain http to a host elsewhere", "http://one.test:PORT/"],
    ["a file", "file:///etc/passwd"],
    ["text", "data:text/plain,x"],
  ])("refuses %s", async (_what, pattern) => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const url = pattern.replace("PORT", String(server.port));
    await expect(door().fetch(url, requestOf(grantOf(host)))).rejects.toMatchObject({
      code: "denied",
    });
    expect(server.heard).toEqual([]);
  });

  it("refuses a grant that was given for another purpose", async () => {
    const grant: EgressGrant = { ...grantOf("one.test"), purpose: "update" };
    await expect(door().fetch("https://one.test/", requestOf(grant))).rejects.toThrow(
      /does not cover web-fetch/,
    );
  });

  it.each([
    "127.0.0.1",
    "10.0.0.1",
    "169.254.169.254",
    "100.100.100.200",
    "0.0.0.0",
    "::1",
    "::ffff:127.0.0.1",
    "fe80::1",
    "fd00:ec2::254",
    "64:ff9b::7f00:1",
  ])("refuses a public name that leads to %s", async (address) => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const resolve: Resolve = async () => [
      { address: "93.184.216.34", family: 4 },
      { address, family: address.includes(":") ? 6 : 4 },
    ];
    const grant = { ...grantOf(host), loopback: false };
    await expect(door(resolve).fetch(`https://${host}/`, requestOf(grant))).rejects.toMatchObject({
      code: "denied",
    });
    expect(server.heard).toEqual([]);
  });

  it.each(["2130706433", "0x7f.1", "017700000001", "[::ffff:7f00:1]", "127.1", "[::1]"])(
    "refuses this machine written as %s, even when that host is granted",
    async (text) => {
      await using server = await startHearing(hello);
      const { host } = new URL(`https://${text}:${server.port}/`);
      const grant = { ...grantOf(host, `${text}:${server.port}`), loopback: false };
      await expect(
        door().fetch(`https://${text}:${server.port}/`, requestOf(grant)),
      ).rejects.toThrow(/loopback/);
      expect(server.heard).toEqual([]);
    },
  );

  it("never reaches a cloud's metadata, whatever is granted", async () => {
    const grant: EgressGrant = { ...grantOf("169.254.169.254"), private: true };
    await expect(door().fetch("https://169.254.169.254/", requestOf(grant))).rejects.toThrow(
      /metadata/,
    );
  });

  it("speaks plain http to this machine only where that is granted", async () => {
    await using server = await startHearing(hello, false);
    const host = `localhost:${server.port}`;
    const granted = await door().fetch(`http://${host}/`, requestOf(grantOf(host)));
    expect(await bodyText(granted)).toBe("hello");
    const grant = { ...grantOf(host), loopback: false };
    await expect(door().fetch(`http://${host}/`, requestOf(grant))).rejects.toMatchObject({
      code: "denied",
    });
    await expect(
      door(elsewhere).fetch(`http://${host}/`, requestOf(grantOf(host))),
    ).rejects.toMatchObject({ code: "denied" });
  });

  it("asks for a name once and connects to what was checked", async () => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const asked: string[] = [];
    const rebinding: Resolve = async (name) => {
      asked.push(name);
      // The second answer would lead elsewhere.
      return [{ address: asked.length === 1 ? "127.0.0.1" : "127.0.0.2", family: 4 }];
    };
    const answer = await door(rebinding).fetch(`https://${host}/`, requestOf(grantOf(host)));
    expect(await bodyText(answer)).toBe("hello");
    expect(asked).toEqual(["one.test"]);
  });

  it("wants a certificate for the name, not for the address", async () => {
    await using server = await startHearing(hello);
    const host = `three.test:${server.port}`;
    await expect(door().fetch(`https://${host}/`, requestOf(grantOf(host)))).rejects.toThrow(
      /could not be read.*altnames/is,
    );
    expect(server.heard).toEqual([]);
  });

  it("sends no header but those it knows, and no cookie", async () => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const headers = {
      Accept: "text/html",
      Cookie: "a=b",
      Authorization: "Bearer secret",
      Host: "evil.test",
      "X-Own": "1",
      "Proxy-Authorization": "x",
    };
    await door().fetch(`https://${host}/`, requestOf(grantOf(host), { headers }));
    expect(Object.keys(server.heard[0]?.headers ?? {}).toSorted()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
    expect(server.heard[0]?.headers.host).toBe(host);
  });
});

describe("a body", () => {
  it("arrives as the bytes that it is", async () => {
    const sent = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await using server = await startHearing(echo);
    const host = `one.test:${server.port}`;
    const request = requestOf(grantOf(host), { method: "POST", body: sent });
    const answer = await door().fetch(`https://${host}/`, request);
    expect(Buffer.compare(await bodyBytes(answer), sent)).toBe(0);
    expect(server.heard[0]?.headers["content-length"]).toBe("256");
  });
});

describe("a redirect", () => {
  it("is followed to a granted host, without what was meant for the first", async () => {
    await using last = await startHearing(hello);
    const target = `two.test:${last.port}`;
    await using first = await startHearing(redirect(`https://${target}/there`));
    const host = `one.test:${first.port}`;
    const headers = { accept: "text/html", "mcp-session-id": "secret" };
    const answer = await door().fetch(
      `https://${host}/`,
      requestOf(grantOf(host, target), { headers }),
    );
    expect(answer.url).toBe(`https://${target}/there`);
    expect(first.heard[0]?.headers).toMatchObject(headers);
    expect(last.heard[0]?.headers).toMatchObject({ accept: "text/html" });
    expect(last.heard[0]?.headers).not.toHaveProperty("mcp-session-id");
  });

  it.each([
    ["a host that is not granted", "https://two.test:PORT/"],
    ["plain http", "http://one.test:PORT/"],
    ["a cloud's metadata", "http://169.254.169.254/latest/meta-data"],
    ["this machine as a number", "https://2130706433:PORT/"],
    ["a file", "file:///etc/passwd"],
    ["a name and a password", "https://a:b@one.test:PORT/"],
  ])("is not followed to %s", async (_what, pattern) => {
    await using target = await startHearing(hello);
    await using server = await startHearing(redirect(pattern.replace("PORT", String(target.port))));
    const host = `one.test:${server.port}`;
    await expect(door().fetch(`https://${host}/`, requestOf(grantOf(host)))).rejects.toMatchObject({
      code: "denied",
    });
    expect([server.heard.length, target.heard]).toEqual([1, []]);
  });

  it("to a granted name is checked by its address again", async () => {
    await using server = await startHearing((request, response) =>
      redirect(`https://two.test:${request.socket.localPort}/`)(request, response),
    );
    const grant = grantOf(`one.test:${server.port}`, `two.test:${server.port}`);
    await expect(
      door(oneHereTwoPrivate).fetch(`https://one.test:${server.port}/`, requestOf(grant)),
    ).rejects.toThrow(/10\.0\.0\.1 \(private\)/);
  });

  it("ends somewhere", async () => {
    await using server = await startHearing(redirect("/again"));
    const host = `one.test:${server.port}`;
    await expect(door().fetch(`https://${host}/`, requestOf(grantOf(host)))).rejects.toThrow(
      /more than 5 times/,
    );
    expect(server.heard).toHaveLength(6);
  });

  it.each([301, 302, 303, 307, 308])("does not carry what was posted on (%d)", async (status) => {
    await using target = await startHearing(hello);
    await using server = await startHearing(redirect(`https://one.test:${target.port}/`, status));
    const grant = grantOf(`one.test:${server.port}`, `one.test:${target.port}`);
    const request = requestOf(grant, { method: "POST", body: "secret" });
    await expect(door().fetch(`https://one.test:${server.port}/`, request)).rejects.toMatchObject({
      code: "refused",
    });
    expect(target.heard).toEqual([]);
  });
});

describe("a key", () => {
  it("goes to its origin", async () => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const key = { origin: `https://${host}`, authorization: "Bearer secret" };
    await door().fetch(`https://${host}/`, requestOf(grantOf(host), { key }));
    expect(server.heard[0]?.headers.authorization).toBe("Bearer secret");
  });

  it("goes in the header that it belongs in, but in none that the door or the connection sets", async () => {
    await using server = await startHearing(hello);
    const host = `one.test:${server.port}`;
    const origin = `https://${host}`;
    const send = (header: string) =>
      door().fetch(
        `https://${host}/`,
        requestOf(grantOf(host), { key: { origin, header, authorization: "secret" } }),
      );
    await send("API-Key");
    expect(server.heard[0]?.headers).toMatchObject({ "api-key": "secret" });
    expect(server.heard[0]?.headers.authorization).toBeUndefined();
    for (const header of [
      "Host",
      "content-length",
      "Transfer-Encoding",
      "cookie",
      "a b",
      "x\r\ny",
      "",
    ])
      await expect(send(header)).rejects.toMatchObject({ code: "denied" });
    expect(server.heard).toHaveLength(1);
  });

  it("goes nowhere else, by address or by redirect", async () => {
    await using target = await startHearing(hello);
    await using server = await startHearing(redirect(`https://two.test:${target.port}/`));
    const [one, two] = [`one.test:${server.port}`, `two.test:${target.port}`];
    const key = { origin: `https://${one}`, authorization: "Bearer secret" };
    const request = requestOf(grantOf(one, two), { key });
    for (const host of [one, two])
      await expect(door().fetch(`https://${host}/`, request)).rejects.toThrow(/is not sent/);
    expect(target.heard).toEqual([]);
  });
});
