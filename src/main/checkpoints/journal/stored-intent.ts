import type { Entry, Intent } from "../records.ts";

/** Keeps the intents of a long history small in memory. */
export interface IntentStore {
  /**
   * The same intent, of which only the names and times stay objects; `json` is what it was read from, and may change afterwards.
   * One that takes others back is answered as it is.
   */
  keep(intent: Intent, json: Buffer): Intent;
}

/** Where the JSON of an intent stands in memory. */
interface Place {
  readonly block: Buffer;
  readonly from: number;
  readonly to: number;
}

type Look = (intent: StoredIntent, place: Place) => Intent;

/**
 * A history has a hundred thousand intents, and hardly any is ever looked into: what they changed is taken from their JSON when it
 * is asked for. Properties of its own are not all of the record's: copy what `wholeIntent` answers.
 */
class StoredIntent implements Intent {
  readonly record = "intent";
  readonly id: Intent["id"];
  readonly kind: Intent["kind"];
  readonly sessionId: Intent["sessionId"];
  readonly turnId: Intent["turnId"];
  readonly callId: Intent["callId"];
  readonly tool: Intent["tool"];
  readonly at: Intent["at"];
  readonly commit: Intent["commit"];
  readonly #place: Place;
  readonly #look: Look;

  constructor(names: Omit<Intent, "record">, place: Place, look: Look) {
    this.id = names.id;
    this.kind = names.kind;
    this.sessionId = names.sessionId;
    this.turnId = names.turnId;
    this.callId = names.callId;
    this.tool = names.tool;
    this.at = names.at;
    this.commit = names.commit;
    this.#place = place;
    this.#look = look;
  }

  get entries(): Entry[] {
    return this.whole().entries;
  }
  get folders(): string[] {
    return this.whole().folders;
  }
  get emptied(): string[] {
    return this.whole().emptied;
  }
  get reverses(): Intent["reverses"] {
    return [];
  }
  get left(): Intent["left"] {
    return [];
  }
  get command(): Intent["command"] {
    return this.whole().command;
  }
  get head(): Intent["head"] {
    return this.whole().head;
  }

  whole(): Intent {
    return this.#look(this, this.#place);
  }
}

/** The intent with all properties its own, to be copied. */
export const wholeIntent = (intent: Intent): Intent =>
  intent instanceof StoredIntent ? intent.whole() : intent;

/** The JSON of many intents lies in one buffer: a small one for each would take twice its bytes. */
const blockLength = 1024 * 1024;
/** So many of those that were looked into last stay whole. */
const recent = 256;

/** `parse` reads again what it has read before. */
export function createIntentStore(parse: (json: Buffer) => Intent): IntentStore {
  let block = Buffer.alloc(0);
  let used = 0;
  const whole = new Map<StoredIntent, Intent>();
  const sessions = createSame<Intent["sessionId"]>();
  const turns = createSame<Intent["turnId"]>();
  const tools = createSame<string>();

  function put(json: Buffer): Place {
    if (used + json.length > block.length) {
      block = Buffer.allocUnsafeSlow(Math.max(blockLength, json.length));
      used = 0;
    }
    const from = used;
    used += json.copy(block, from);
    return { block, from, to: used };
  }

  function look(stored: StoredIntent, { block: bytes, from, to }: Place): Intent {
    const known = whole.get(stored);
    if (known !== undefined) return known;
    const found = parse(bytes.subarray(from, to));
    if (whole.size >= recent) whole.clear();
    whole.set(stored, found);
    return found;
  }

  return {
    keep(intent, json) {
      if (intent.reverses.length > 0 || intent.left.length > 0) return intent;
      const { sessionId, turnId, tool } = intent;
      const same = { sessionId: sessions(sessionId), turnId: turns(turnId), tool: tools(tool) };
      return new StoredIntent({ ...intent, ...same }, put(json), look);
    },
  };
}

/** Answers equal texts with one object, as long as it is among the last that were seen. */
function createSame<T>(): (text: T) => T {
  const known = new Map<T, T>();
  return (text) => {
    const same = known.get(text);
    if (same !== undefined) return same;
    if (known.size >= recent) known.clear();
    known.set(text, text);
    return text;
  };
}
