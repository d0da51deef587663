import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { listen, type Listening } from "./listen.ts";

export interface PackageRegistry extends Listening {
  /** "GET /path" of each request, oldest first. */
  readonly asked: readonly string[];
  /** Connections, also those in which nothing was asked. */
  connections(): number;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/** A package registry on loopback, as far as `npm install` asks it: one package, packed from this checkout's dependencies. */
export async function startRegistry(name: string, version: string): Promise<PackageRegistry> {
  const tarball = execFileSync(
    "tar",
    ["-czf", "-", "-C", `${root}/node_modules`, "--transform", `s,^${name},package,`, name],
    { maxBuffer: 64 * 1024 * 1024 },
  );
  const asked: string[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    asked.push(`${method} ${url}`);
    if (url === `/${name}.tgz`) return response.end(tarball);
    if (url !== `/${name}`) return response.writeHead(404).end("{}");
    const dist = { tarball: `http://${headers.host ?? ""}/${name}.tgz` };
    response.setHeader("content-type", "application/json");
    return response.end(
      JSON.stringify({
        name,
        "dist-tags": { latest: version },
        versions: { [version]: { name, version, dist } },
      }),
    );
  });
  server.on("connection", () => void (connections += 1));
  const listening = await listen(server);
  return {
    ...listening,
    asked,
    connections: () => connections,
    [Symbol.asyncDispose]: () => listening[Symbol.asyncDispose](),
  };
}
