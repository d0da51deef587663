import { describe, expect, test } from "vitest";
import refusalsFile from "../../../resources/catalogue/refusals.json" with { type: "json" };
import { chaosProtocols } from "../../support/chaos/protocols.ts";
import type { ChaosProtocol } from "../../support/chaos/check-stream.ts";
import { hearPort, request, retriesOf, type Heard } from "../../support/hear-provider.ts";

type Row = (typeof refusalsFile.rows)[number];
type Seen = Row["seen"][number];

/** A refusal under a status of its own, or at 200 in place of an answer or after its first frame. */
const forms: Readonly<Record<string, (seen: Seen) => Response>> = {
  "a native body": ({ status, native, message }) =>
    new Response(JSON.stringify({ code: native, message, request_id: "r" }), { status }),
  "a compatible body": ({ status, compat, message }) =>
    new Response(JSON.stringify({ error: { code: compat, message, param: null } }), { status }),
  "a body framed as an event": ({ status, native, message }) =>
    new Response(`event:error\ndata:${JSON.stringify({ code: native, message })}\n\n`, { status }),
  "an event with its status in a comment": ({ status, native, message }) =>
    new Response(
      `id:1\nevent:error\n:HTTP_STATUS/${status}\ndata:${JSON.stringify({ code: native, message, request_id: "r" })}\n\n`,
    ),
  "a frame without a status": ({ compat, message }) =>
    new Response(`data: ${JSON.stringify({ error: { code: compat, message, param: null } })}\n\n`),
  "a whole body at 200": ({ native, message }) =>
    new Response(JSON.stringify({ code: native, message, request_id: "r" })),
};

async function hearForm(protocol: ChaosProtocol, answer: () => Response): Promise<Heard> {
  const port = protocol.port(async () => answer(), { idleTimeoutMs: 5000, attempts: 2 });
  return hearPort(port, request());
}

/** Rows that go by the status as well are not for forms that have none. */
const isTold = (row: Row, form: string): boolean =>
  row.status === undefined || !/without a status|at 200/.test(form);

describe.each(chaosProtocols)("over the $name protocol", (protocol) => {
  test.each(Object.entries(forms))(
    "%s means what the table says, and is retried so",
    async (form, answer) => {
      for (const row of refusalsFile.rows.filter((each) => isTold(each, form)))
        for (const seen of row.seen) {
          const heard = await hearForm(protocol, () => answer(seen));
          expect({
            row: row.id,
            seen,
            class: heard.error?.code,
            isRetried: retriesOf(heard).length > 0,
            advice:
              heard.error?.message.includes(row.advice) === true
                ? row.advice
                : heard.error?.message,
          }).toEqual({
            row: row.id,
            seen,
            class: row.class,
            isRetried: row.retry !== "no",
            advice: row.advice,
          });
        }
    },
  );
});
