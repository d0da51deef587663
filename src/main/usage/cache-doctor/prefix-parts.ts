import { createHmac } from "node:crypto";
import type { PartKind } from "../../../shared/context.ts";
import { isSummaryText } from "../../agent/messages.ts";
import type { ModelMessage, ModelRequest } from "../../agent/ports.ts";

/** A part of a request without its text: what it is, its size, and a keyed hash that tells whether it is the same as another. */
export interface PrefixPart {
  readonly kind: PartKind;
  /** A tool's name or the path of a file; "" where the kind says it all. */
  readonly label: string;
  /** Of UTF-8, with what frames a message. */
  readonly bytes: number;
  readonly hash: string;
}

/** What is sent, as far as it makes the prefix. */
export type SentPrefix = Pick<ModelRequest, "messages" | "tools">;

/** A request in its parts, with what the next one of its session can take over. */
export interface HashedPrefix {
  readonly sent: SentPrefix;
  readonly tools: readonly PrefixPart[];
  /** By message. */
  readonly messages: readonly (readonly PrefixPart[])[];
  /** In the order that a provider reads them: system message, memory, tools, conversation. */
  readonly parts: readonly PrefixPart[];
  /** What was called, by the call's id. */
  readonly calls: Map<string, CalledTool>;
}

interface CalledTool {
  readonly name: string;
  readonly path: string | null;
}

/** Turns text of a kind into a hash that says nothing of it without the key. */
export type HashText = (kind: string, text: string) => string;

/** 66 bits: two parts of one session are never the same by chance. */
const hashLength = 11;

export const createHashText =
  (key: Uint8Array): HashText =>
  (kind, text) =>
    createHmac("sha256", key)
      .update(kind)
      .update("\0")
      .update(text)
      .digest("base64url")
      .slice(0, hashLength);

/** The marks around a message and its role: about four tokens. */
const frameBytes = 16;

/** A path of any length may be read; a row of the history has a bound. */
const longestLabel = 160;

/**
 * The parts of a request. What is the same as in `before`, the session's request before it, is compared and not hashed again: the
 * strings of a conversation are the same objects, or equal ones, from one request to the next.
 */
export function hashPrefix(
  sent: SentPrefix,
  hash: HashText,
  before: HashedPrefix | null,
): HashedPrefix {
  const calls = before?.calls ?? new Map<string, CalledTool>();
  const tools =
    before?.sent.tools === sent.tools
      ? before.tools
      : sent.tools.map((tool) => toolPart(tool, hash));
  const messages = sent.messages.map((message, index) => {
    const old = before?.sent.messages[index];
    const same = old !== undefined && isSameMessage(old, message);
    return (same ? before?.messages[index] : undefined) ?? messageParts(message, { hash, calls });
  });
  const [first = [], ...rest] = messages;
  const leads = first.every(isLeading);
  const parts = leads ? [...first, ...tools, ...rest.flat()] : [...tools, ...first, ...rest.flat()];
  return { sent, tools, messages, parts, calls };
}

const isLeading = ({ kind }: PrefixPart): boolean => kind === "system" || kind === "memory";

function toolPart(tool: ModelRequest["tools"][number], hash: HashText): PrefixPart {
  const text = JSON.stringify(tool);
  return { kind: "tool", label: labelOf(tool.name), bytes: sizeOf(text), hash: hash("tool", text) };
}

interface PartMaker {
  readonly hash: HashText;
  readonly calls: Map<string, CalledTool>;
}

function messageParts(message: ModelMessage, maker: PartMaker): readonly PrefixPart[] {
  switch (message.role) {
    case "system":
      // The system message never differs; what memory and rules files add to it comes as further parts.
      return textParts(message, maker, (_text, index) =>
        index === 0 ? { kind: "system", label: "" } : { kind: "memory", label: String(index) },
      );
    case "user":
      return textParts(message, maker, (text) => ({
        kind: isSummaryText(text) ? "summary" : "prompt",
        label: "",
      }));
    case "assistant":
      for (const call of message.toolCalls) maker.calls.set(call.id, calledTool(call));
      return [
        onePart({ kind: "answer", label: "" }, [...texts(message), ...callTexts(message)], maker),
      ];
    case "tool": {
      const called = maker.calls.get(message.toolCallId);
      const path = called?.name === "read_file" ? called.path : null;
      const what: PartName =
        path === null
          ? { kind: "result", label: labelOf(called?.name ?? "") }
          : { kind: "file", label: labelOf(path) };
      return [onePart(what, [message.toolCallId, ...texts(message)], maker)];
    }
  }
}

type PartName = Pick<PrefixPart, "kind" | "label">;

const texts = ({ content }: ModelMessage): string[] => content.map(({ text }) => text);

const callTexts = ({ toolCalls }: Extract<ModelMessage, { role: "assistant" }>): string[] =>
  toolCalls.flatMap(({ id, name, argumentsText }) => [id, name, argumentsText]);

function textParts(
  message: ModelMessage,
  maker: PartMaker,
  nameOf: (text: string, index: number) => PartName,
): readonly PrefixPart[] {
  return texts(message).map((text, index) => {
    const part = onePart(nameOf(text, index), [text], maker);
    // A message has one frame, however many parts.
    return index === 0 ? part : Object.assign(part, { bytes: part.bytes - frameBytes });
  });
}

function onePart(name: PartName, of: readonly string[], { hash }: PartMaker): PrefixPart {
  const bytes = of.reduce((sum, text) => sum + sizeOf(text), frameBytes);
  return { ...name, bytes, hash: hash(name.kind, of.length === 1 ? (of[0] ?? "") : joined(of)) };
}

/** Lengths before texts, so that no two lists of texts make the same one. */
const joined = (of: readonly string[]): string =>
  `${of.map(({ length }) => length).join(",")}\0${of.join("")}`;

const sizeOf = (text: string): number => Buffer.byteLength(text);

const labelOf = (name: string): string =>
  name.length <= longestLabel ? name : `…${name.slice(1 - longestLabel)}`.toWellFormed();

function calledTool({ name, argumentsText }: { name: string; argumentsText: string }): CalledTool {
  return { name, path: name === "read_file" ? pathIn(argumentsText) : null };
}

function pathIn(argumentsText: string): string | null {
  try {
    const value: unknown = JSON.parse(argumentsText);
    const path =
      typeof value === "object" && value !== null && "path" in value ? value.path : undefined;
    return typeof path === "string" ? path : null;
  } catch {
    return null;
  }
}

function isSameMessage(one: ModelMessage, other: ModelMessage): boolean {
  if (one === other) return true;
  if (one.role !== other.role || one.content.length !== other.content.length) return false;
  if (one.content.some(({ text }, index) => text !== other.content[index]?.text)) return false;
  if (one.role === "tool") return other.role === "tool" && one.toolCallId === other.toolCallId;
  return one.role !== "assistant" || (other.role === "assistant" && hasSameCalls(one, other));
}

type AssistantMessage = Extract<ModelMessage, { role: "assistant" }>;

const hasSameCalls = (one: AssistantMessage, other: AssistantMessage): boolean =>
  one.toolCalls.length === other.toolCalls.length &&
  one.toolCalls.every((call, index) => {
    const second = other.toolCalls[index];
    return (
      call.id === second?.id &&
      call.name === second.name &&
      call.argumentsText === second.argumentsText
    );
  });
