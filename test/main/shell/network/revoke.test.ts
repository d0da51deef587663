import { once } from "node:events";
import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { createNetworkDesk } from "../../../../src/main/core/network-desk.ts";
import { createConnections } from "../../../../src/main/shell/network/connections.ts";
import {
  createGrantBook,
  type GrantBook,
} from "../../../../src/main/shell/network/network-grants.ts";
import { sessionIdSchema } from "../../../../src/shared/ids.ts";
import {
  grantsOf,
  startProxy,
  startSink,
  type ProxyFixture,
} from "../../../support/network-fixture.ts";

const session = sessionIdSchema.parse("s-1");
const names = {
  "a.example": ["93.184.216.34"],
  "x.a.example": ["93.184.216.34"],
  "b.example": ["93.184.216.34"],
};

/** A proxy as a command has it, over the book of its session. */
async function start(book: GrantBook, sinkPort: number): Promise<ProxyFixture> {
  const grants = () => book.of(session);
  const connections = createConnections(grants);
  book.onNarrowed(session, () => connections.check());
  return startProxy({ grants, connections, names, sinkPort });
}

/** Opens a tunnel through which something was said; answers the command's end of it. */
async function tunnel(proxy: ProxyFixture, host: string) {
  const socket = proxy.open();
  let heard = "";
  socket.on("data", (bytes) => void (heard += bytes.toString("latin1")));
  socket.write(`CONNECT ${host}:80 HTTP/1.1\r\nHost: ${host}:80\r\n\r\n`);
  await expect.poll(() => heard).toContain(" 200 ");
  socket.write("GET / HTTP/1.0\r\n\r\n");
  return socket;
}

/** The proxy has nothing more to say there. */
const endOf = (socket: Socket): Promise<unknown> =>
  Promise.race([once(socket, "end"), once(socket, "close")]);

describe("what a person takes back", () => {
  it("cuts the tunnel that is open, lets no other through, and leaves what else is open", async () => {
    await using sink = await startSink();
    const book = createGrantBook();
    book.allow(session, grantsOf("a.example", "b.example"));
    await using proxy = await start(book, sink.port);
    const cut = await tunnel(proxy, "a.example");
    const kept = await tunnel(proxy, "b.example");
    await expect.poll(() => sink.heard.filter((text) => text !== "")).toHaveLength(2);
    const closed = endOf(cut);
    book.revoke(session, grantsOf("a.example"));
    await closed;
    cut.write("more");
    kept.write("more");
    await expect.poll(() => sink.heard.filter((text) => text.endsWith("more"))).toHaveLength(1);
    expect(kept.destroyed).toBe(false);
    expect(
      await proxy.say("CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\n"),
    ).toContain(" 403 ");
    expect(proxy.dialled).toHaveLength(2);
  });

  it("cuts a plain request whose answer has not ended", async () => {
    await using sink = await startSink((_text, socket) =>
      socket.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun"),
    );
    const book = createGrantBook();
    book.allow(session, grantsOf("a.example"));
    await using proxy = await start(book, sink.port);
    const socket = proxy.open();
    let heard = "";
    socket.on("data", (bytes) => void (heard += bytes.toString("latin1")));
    socket.write("GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n\r\n");
    await expect.poll(() => heard).toContain("begun");
    const closed = endOf(socket);
    book.revoke(session);
    await closed;
  });

  it("stops a connection that is being made at that moment", async () => {
    await using sink = await startSink();
    const book = createGrantBook();
    book.allow(session, grantsOf("a.example"));
    const grants = () => book.of(session);
    const connections = createConnections(grants);
    book.onNarrowed(session, () => connections.check());
    await using proxy = await startProxy({
      grants,
      connections,
      sinkPort: sink.port,
      // Taken back after it was judged by the grants, and before it is there.
      resolve: async () => {
        book.revoke(session, grantsOf("a.example"));
        await sleep(1);
        return [{ address: "93.184.216.34", family: 4 }];
      },
    });
    const hello =
      "CONNECT a.example:80 HTTP/1.1\r\nHost: a.example:80\r\n\r\nGET / HTTP/1.0\r\n\r\n";
    await proxy.say(hello);
    expect(sink.heard.join("")).toBe("");
  });

  it("stays open by another grant, but for a private address by none that is not", () => {
    const book = createGrantBook();
    book.allow(
      session,
      grantsOf("x.a.example", "*.a.example", "inner.example", "private:inner.example"),
    );
    const cut: string[] = [];
    const connections = createConnections(() => book.of(session));
    book.onNarrowed(session, () => connections.check());
    const hold = (host: string, isPrivate = false): (() => void) =>
      connections.hold(
        { authority: { host, port: 443 }, grant: isPrivate ? { private: true } : {} },
        () => cut.push(host),
      );
    hold("x.a.example");
    hold("inner.example", true);
    const gone = hold("y.a.example");
    gone();
    book.revoke(session, grantsOf("x.a.example"));
    expect(cut).toEqual([]);
    book.revoke(session, grantsOf("private:inner.example"));
    expect(cut).toEqual(["inner.example"]);
    book.revoke(session, grantsOf("*.a.example"));
    expect(cut).toEqual(["inner.example", "x.a.example"]);
    book.revoke(session);
    expect(cut).toHaveLength(2);
  });

  it("is of one session, and remembered as taken back", () => {
    const book = createGrantBook();
    const other = sessionIdSchema.parse("s-2");
    book.allow(session, grantsOf("a.example", "localhost:5432"));
    book.allow(other, grantsOf("a.example"));
    expect(book.wasNarrowed(session)).toBe(false);
    book.revoke(session, grantsOf("localhost:5432"));
    expect(book.of(session)).toEqual(grantsOf("a.example"));
    expect([book.wasNarrowed(session), book.wasNarrowed(other)]).toEqual([true, false]);
    expect(book.of(other)).toEqual(grantsOf("a.example"));
  });
});

/** A person's desk over a book. */
function openDesk() {
  const book = createGrantBook();
  return { book, desk: createNetworkDesk(book) };
}

describe("what a person widens", () => {
  const grant = { host: "a.example", below: false, port: 8443, isPrivate: false };

  it("opens the names below a granted host on its port, and is taken back by itself", () => {
    const { book, desk } = openDesk();
    book.allow(session, grantsOf("a.example:8443"));
    const below = { ...grant, below: true };
    expect(desk.widen(session, grant).hosts).toEqual([grant, below]);
    expect(desk.widen(session, grant).hosts).toEqual([grant, below]);
    expect(desk.revoke(session, below).hosts).toEqual([grant]);
  });

  it("is a host that was granted, exactly as it was", () => {
    const { book, desk } = openDesk();
    expect(() => desk.widen(session, grant)).toThrow("not open to commands any more");
    book.allow(session, grantsOf("a.example:443"));
    for (const wrong of [
      grant,
      { ...grant, port: 443, isPrivate: true },
      { ...grant, host: "example" },
    ])
      expect(() => desk.widen(session, wrong)).toThrow("not open");
    expect(desk.granted(session).hosts).toHaveLength(1);
  });

  it.each(["93.184.216.34", "[2606:2800::1]", "intranet"])("is never %s", (host) => {
    const { book, desk } = openDesk();
    book.allow(session, grantsOf(`private:${host}`));
    expect(() => desk.widen(session, { host, below: false, port: null, isPrivate: true })).toThrow(
      "No names lie below",
    );
  });
});
