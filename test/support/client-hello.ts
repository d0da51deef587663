import { connect } from "node:tls";
import { Duplex } from "node:stream";

/** The bytes that a real TLS client begins with. */
export async function clientHello(serverName: string | null): Promise<Buffer> {
  const { promise, resolve } = Promise.withResolvers<Buffer>();
  const wire = new Duplex({
    read: () => undefined,
    write(bytes: Buffer, _encoding, done) {
      resolve(bytes);
      done();
    },
  });
  const client = connect({
    socket: wire,
    ...(serverName === null ? {} : { servername: serverName }),
  });
  client.on("error", () => undefined);
  const bytes = await promise;
  client.destroy();
  return bytes;
}

/** The same hello in records of so many bytes. */
export function inRecords(hello: Buffer, size: number): Buffer {
  const body = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < body.length; at += size) {
    const part = body.subarray(at, at + size);
    records.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 255]), part);
  }
  return Buffer.concat(records);
}
