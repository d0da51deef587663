import { z } from "zod";
import { endpointNoteSchema, type EndpointNote, type EndpointTest } from "../shared/endpoint.ts";
import { readJson, writeAtomically } from "./json-file.ts";
import type { LearntLimit } from "./providers/learnt-limit.ts";

/** What endpoints have shown of themselves, kept in the app's folder for the next run. */
export interface EndpointNotes {
  find(baseUrl: string, model: string): EndpointNote | undefined;
  all(): readonly EndpointNote[];
  /** Throws AppError("unavailable") when it cannot be kept. */
  learn(baseUrl: string, model: string, limit: LearntLimit): void;
  /** Keeps a test in place of the last one of the same model at the same endpoint. */
  keep(test: EndpointTest): void;
  forget(baseUrl: string, model: string): void;
}

const fileSchema = z.object({ notes: z.array(endpointNoteSchema) });

/** More endpoints and models than this are not remembered: the oldest go. */
const mostNotes = 500;

export function createEndpointNotes(
  file: string,
  now: () => Date = () => new Date(),
): EndpointNotes {
  let notes: readonly EndpointNote[] | undefined;
  const read = (): readonly EndpointNote[] =>
    readJson(file, fileSchema, () => ({ notes: [] })).value.notes;
  const present = (): readonly EndpointNote[] => (notes ??= read());

  /** Another process may have written meanwhile: its notes stay. */
  function change(
    baseUrl: string,
    model: string,
    edit: (note: EndpointNote) => EndpointNote | null,
  ): void {
    const others: EndpointNote[] = [];
    let own: EndpointNote = { baseUrl, model, limits: null, test: null };
    for (const note of read())
      if (note.baseUrl === baseUrl && note.model === model) own = note;
      else others.push(note);
    const edited = edit(own);
    const next = edited === null ? others : [...others, edited].slice(-mostNotes);
    writeAtomically(file, `${JSON.stringify({ notes: next }, null, 2)}\n`);
    notes = next;
  }

  return {
    find: (baseUrl, model) =>
      present().find((note) => note.baseUrl === baseUrl && note.model === model),
    all: present,
    learn(baseUrl, model, { kind, tokens }) {
      const field = kind === "input" ? "maxInputTokens" : "maxOutputTokens";
      const known = present().find((note) => note.baseUrl === baseUrl && note.model === model);
      if (known?.limits?.[field] === tokens) return;
      change(baseUrl, model, (note) => {
        const limits = note.limits ?? { maxInputTokens: null, maxOutputTokens: null };
        return { ...note, limits: { ...limits, [field]: tokens, at: now().toISOString() } };
      });
    },
    keep(test) {
      change(test.baseUrl, test.model, (note) => ({ ...note, test }));
    },
    forget(baseUrl, model) {
      change(baseUrl, model, () => null);
    },
  };
}
