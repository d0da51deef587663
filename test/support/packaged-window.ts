import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";

/** The packaged program with its window, driven over a pipe that only the process which started it holds. */
export interface PackagedWindow extends AsyncDisposable {
  /** Evaluates an expression in the page, awaiting a promise; its value as plain data. */
  evaluate(expression: string): Promise<unknown>;
  /** What it printed on standard error. */
  printed(): string;
}

export interface PackagedOptions {
  readonly executable: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;
type Send = (method: string, params?: Fields, sessionId?: string) => Promise<Fields>;

/** Starts the program and waits for its page. Playwright cannot: it would need the inspector, which the fuses take away. */
export async function startPackaged(options: PackagedOptions): Promise<PackagedWindow> {
  const child = spawn(options.executable, ["--remote-debugging-pipe", ...options.args], {
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    env: options.environment,
  });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  const ended = once(child, "exit");
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- asked for as pipes above
  const send = speak(child.stdio[3] as Writable, child.stdio[4] as Readable);
  const failed = ended.then(() => {
    throw new Error(`The program ended: ${said}`);
  });
  failed.catch(() => undefined);
  const targetId = await Promise.race([findPage(send), failed]);
  const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
  return {
    async evaluate(expression) {
      const parameters = { expression, awaitPromise: true, returnByValue: true };
      const ask = (): Promise<Fields> => send("Runtime.evaluate", parameters, String(sessionId));
      let answer = await ask();
      // While the page loads there is nothing yet to evaluate in.
      while (String(answer["message"]).includes("default execution context")) answer = await ask();
      if (answer["result"] === undefined || answer["exceptionDetails"] !== undefined)
        throw new Error(JSON.stringify(answer));
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the protocol's own shape
      return (answer["result"] as Fields)["value"];
    },
    printed: () => said,
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

/** The protocol's messages: JSON, each ended by NUL. */
function speak(to: Writable, from: Readable): Send {
  const waiting = new Map<number, (answer: Fields) => void>();
  let last = 0;
  let rest = "";
  to.on("error", () => undefined);
  from.setEncoding("utf8").on("data", (text: string) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop() ?? "";
    for (const message of messages) {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the protocol's own shape
      const answer = JSON.parse(message) as { id?: number; result?: Fields; error?: Fields };
      if (answer.id !== undefined) waiting.get(answer.id)?.(answer.result ?? { ...answer.error });
    }
  });
  return (method, params = {}, sessionId) => {
    last += 1;
    const { promise, resolve } = Promise.withResolvers<Fields>();
    waiting.set(last, resolve);
    to.write(`${JSON.stringify({ id: last, method, params, sessionId })}\0`);
    return promise;
  };
}

async function findPage(send: Send): Promise<string> {
  for (;;) {
    const { targetInfos } = await send("Target.getTargets");
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the protocol's own shape
    const targets = (targetInfos ?? []) as readonly { targetId: string; url: string }[];
    const page = targets.find(({ url }) => url.startsWith("belay://app/"));
    if (page !== undefined) return page.targetId;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
