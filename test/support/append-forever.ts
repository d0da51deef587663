import { openHistory } from "../../src/main/history/open-history.ts";
import { createRequestId, sessionIdSchema, turnIdSchema } from "../../src/shared/ids.ts";

/** Child of the kill tests: claims, reserves and appends as fast as it can, saying each acknowledged seq, until it is killed. */
const [file = "", backups = ""] = process.argv.slice(2);
const history = await openHistory({ file, backups });
const sessionId = sessionIdSchema.parse("s-killed");
const turnId = turnIdSchema.parse("t-killed");
const at = (): string => new Date().toISOString();
await history.claimSession(sessionId);
let seq = await history.nextSeq(sessionId);
if (seq === 1) {
  await history.appendEvents([
    {
      sessionId,
      seq: 1,
      at: at(),
      type: "session-start",
      workspace: "/w",
      kind: "chat",
      mode: "edit",
      model: "m",
      title: "",
    },
    { sessionId, seq: 2, at: at(), type: "turn-start", turnId, prompt: "p" },
  ]);
  seq = 3;
}
for (;;) {
  const scope = {
    sessionId,
    turnId,
    workspace: "/w",
    model: "m",
    region: "r",
    protocol: "openai",
    retryOf: null,
    retries: 0,
    purpose: "chat",
    billing: "metered",
    mostTokens: null,
  } as const;
  await history.ledger.reserve(
    {
      ...scope,
      requestId: createRequestId(),
      at: at(),
      keyFingerprint: null,
      bound: { nano: 1n, currency: "USD" },
    },
    [],
  );
  const batch = Array.from({ length: 7 }, (_, index) => ({
    sessionId,
    turnId,
    seq: seq + index,
    at: at(),
    type: "text-delta" as const,
    text: "x".repeat(500 * index),
  }));
  await history.appendEvents(batch, { durable: seq % 2 === 0 });
  seq += batch.length;
  process.stdout.write(`${seq - 1}\n`);
}
