import * as fc from "fast-check";
import { expect, it } from "vitest";
import { parseRecord } from "../../../../src/main/checkpoints/journal/parse-record.ts";
import {
  createIntentStore,
  wholeIntent,
} from "../../../../src/main/checkpoints/journal/stored-intent.ts";
import { recordSchema, type Intent } from "../../../../src/main/checkpoints/records.ts";

const text = fc.string({ maxLength: 5 });
const id = fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,8}$/);
const image = fc.oneof(
  fc.constant({ type: "absent" }),
  fc.record({ type: fc.constant("file"), blob: text, mode: fc.nat(4095), size: fc.nat() }),
  fc.record({ type: fc.constant("link"), blob: text }),
  fc.record({ type: fc.constant("folder"), mode: fc.nat(4095) }),
);
const entry = fc.record({ path: text, pre: image, post: image, temporary: text, aside: text });
const head = fc.option(fc.record({ branch: fc.option(text), commit: fc.option(text) }));
const intent = fc.record(
  {
    record: fc.constant("intent"),
    id: text,
    kind: fc.constantFrom("write", "command", "undo", "redo"),
    sessionId: id,
    turnId: fc.option(id),
    callId: fc.option(id),
    tool: text,
    at: text,
    commit: text,
    entries: fc.array(entry, { maxLength: 3 }),
    folders: fc.array(text, { maxLength: 2 }),
    emptied: fc.array(text, { maxLength: 2 }),
    reverses: fc.array(fc.record({ id: text, paths: fc.array(text, { maxLength: 2 }) }), {
      maxLength: 1,
    }),
    left: fc.constant([]),
    head,
  },
  { requiredKeys: ["record", "id", "kind", "sessionId", "entries", "folders", "reverses"] },
);
const done = fc.record({
  record: fc.constant("done"),
  id: text,
  paths: fc.array(text, { maxLength: 3 }),
  rescued: fc.array(fc.record({ path: text, blob: text }), { maxLength: 1 }),
  recovered: fc.boolean(),
});
const wrong = fc.oneof(fc.constant(null), fc.constant(1.5), fc.constant("A"), fc.constant([{}]));

/** Every path to a value in it: keys, and numbers in lists. */
function* placesIn(value: unknown): Iterable<readonly string[]> {
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    yield [key];
    for (const rest of placesIn(inner)) yield [key, ...rest];
  }
}

function withValue(value: unknown, [key, ...rest]: readonly string[], other: unknown): unknown {
  if (key === undefined) return other;
  const copy: unknown = structuredClone(value);
  if (typeof copy !== "object" || copy === null) return copy;
  Reflect.set(copy, key, withValue(Reflect.get(copy, key), rest, other));
  return copy;
}

it("takes and refuses what the schema takes and refuses, and reads the same", () => {
  fc.assert(
    fc.property(
      fc.oneof(intent, done),
      fc.nat(),
      fc.option(wrong, { freq: 2 }),
      (record, at, spoilt) => {
        const places = [...placesIn(record)];
        const place = places[at % places.length] ?? [];
        const value = spoilt === null ? record : withValue(record, place, spoilt);
        const expected = recordSchema.safeParse(value);
        expect(parseRecord(value)).toEqual(expected.success ? expected.data : undefined);
      },
    ),
    { numRuns: 1000 },
  );
});

const parse = (json: Buffer): Intent => {
  const record = parseRecord(JSON.parse(json.toString()));
  if (record?.record !== "intent") throw new Error("no intent");
  return record;
};

/** As a copy has it, and property by property. */
const fields = (one: Intent) => ({
  ...wholeIntent(one),
  entries: one.entries,
  folders: one.folders,
  emptied: one.emptied,
  reverses: one.reverses,
  left: one.left,
  head: one.head,
  names: [one.id, one.kind, one.sessionId, one.turnId, one.callId, one.tool, one.at, one.commit],
});

it("stores intents so that each reads as it was, whatever became of what it was read from", () => {
  const store = createIntentStore(parse);
  const kept: { readonly was: Intent; readonly is: Intent }[] = [];
  for (let index = 0; index < 300; index += 1) {
    const path = `${index}é`.repeat(index === 150 ? 200_000 : 1 + (index % 900));
    const was = parse(
      Buffer.from(
        JSON.stringify({
          record: "intent",
          id: `k-${index}`,
          kind: index % 2 === 0 ? "write" : "command",
          sessionId: "s-1",
          turnId: index % 3 === 0 ? null : `t-${index >> 3}`,
          callId: `c-${index}`,
          tool: "edit_file",
          at: `${index}`,
          commit: `${index}`,
          entries: [
            { path, pre: { type: "absent" }, post: { type: "absent" }, temporary: "", aside: "" },
          ],
          folders: [path],
          emptied: [],
          reverses: index % 50 === 0 ? [{ id: "k-0", paths: [path] }] : [],
          left: [],
          head: { branch: path, commit: null },
        }),
      ),
    );
    const json = Buffer.from(JSON.stringify(was));
    kept.push({ was, is: store.keep(was, json) });
    json.fill(0);
  }
  for (const { was, is } of [...kept, ...kept.toReversed()])
    expect(fields(is)).toEqual(fields(was));
});
