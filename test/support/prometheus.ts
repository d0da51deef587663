import { spawn, spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

/** The pair that the started server takes, and nothing else. */
export const testAccessKey = {
  id: "LTAI5tBelayTest0123456789",
  secret: "belay-test-access-key-secret",
};

/** The secret as bcrypt has it, at the lowest cost, as Prometheus's web configuration wants it. */
const secretHash = "$2b$04$YpR9zJ60f3hhCmnnFKqatOp5qZOZo1CuXPlZpvlZZ5BtEyTcD7BBy";

const missing = ["prometheus", "promtool"].filter(
  (program) => spawnSync(program, ["--version"]).status !== 0,
);
/** Why the tests against a real Prometheus cannot run here; null when they can. */
export const noPrometheusHere =
  missing.length === 0 ? null : `install ${missing.join(" and ")} (Debian and Ubuntu: prometheus)`;

/** One sample: labels (the metric's name among them as `__name__`), Unix seconds, value. */
export interface WrittenSample {
  readonly labels: Readonly<Record<string, string>>;
  readonly seconds: number;
  readonly value: number;
}

/** Samples as the OpenMetrics text that promtool reads: grouped by metric and series, in order of time. */
function openMetrics(samples: readonly WrittenSample[]): string {
  const metrics = new Map<string, Map<string, WrittenSample[]>>();
  for (const one of samples) {
    const { __name__: name = "", ...labels } = one.labels;
    const series = metrics.get(name) ?? new Map<string, WrittenSample[]>();
    metrics.set(name, series);
    const text = Object.entries(labels)
      .map(([label, value]) => `${label}=${JSON.stringify(value)}`)
      .join(",");
    series.set(text, [...(series.get(text) ?? []), one]);
  }
  const lines = [...metrics].flatMap(([name, series]) => [
    `# TYPE ${name} unknown`,
    ...[...series].flatMap(([labels, list]) =>
      list
        .toSorted((a, b) => a.seconds - b.seconds)
        .map(({ seconds, value }) => `${name}{${labels}} ${value} ${seconds}`),
    ),
  ]);
  return `${lines.join("\n")}\n# EOF\n`;
}

/** Adds samples of any time to the data folder of a server that is not running yet. */
export function writeBlocks(folder: string, samples: readonly WrittenSample[]): void {
  const file = join(folder, "samples.txt");
  const data = join(folder, "data");
  mkdirSync(data, { recursive: true });
  writeFileSync(file, openMetrics(samples));
  const made = spawnSync(
    "promtool",
    [
      "tsdb",
      "create-blocks-from",
      "--max-block-duration=960h",
      "openmetrics",
      "--quiet",
      file,
      data,
    ],
    { encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`promtool: ${made.stdout}${made.stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** A real Prometheus on the loopback over what `writeBlocks` wrote, with basic authentication; ended when it is disposed of. */
export async function startPrometheus(
  folder: string,
  port?: number,
): Promise<{ readonly url: string; readonly port: number } & AsyncDisposable> {
  const own = port ?? (await freePort());
  const url = `http://127.0.0.1:${own}`;
  writeFileSync(join(folder, "prometheus.yml"), "scrape_configs: []\n");
  const users = `basic_auth_users:\n  ${testAccessKey.id}: ${secretHash}\n`;
  writeFileSync(join(folder, "web.yml"), users);
  const child = spawn(
    "prometheus",
    [
      `--config.file=${join(folder, "prometheus.yml")}`,
      `--web.config.file=${join(folder, "web.yml")}`,
      `--web.listen-address=127.0.0.1:${own}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=100y",
      "--log.level=error",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (piece: Buffer) => (said += piece.toString()));
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const authorization = `Basic ${Buffer.from(`${testAccessKey.id}:${testAccessKey.secret}`).toString("base64")}`;
  for (let tries = 0; ; tries += 1) {
    const isReady = await fetch(`${url}/-/ready`, { headers: { authorization } }).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) break;
    if (tries > 300 || child.exitCode !== null) {
      child.kill("SIGKILL");
      throw new Error(`Prometheus did not start: ${said}`);
    }
    await setTimeout(50);
  }
  return {
    url,
    port: own,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
