import { createHash } from "node:crypto";
import { basename } from "node:path";
import type { OwnCatalogueStatus } from "../shared/endpoint.ts";
import { messageOf } from "../shared/errors.ts";
import {
  emptyCatalogue,
  parseOwnCatalogue,
  type OwnCatalogue,
  type OwnCatalogueRead,
} from "./catalogue/own-catalogue.ts";
import { readText, writeAtomically } from "./json-file.ts";

/** The person's `catalogue.json`, read when it is first needed and again when asked to. */
export interface OwnCatalogueFile {
  own(): OwnCatalogue;
  /** Reads the file anew, and says what is in it. */
  reload(): OwnCatalogueStatus;
  /** Makes an empty one where there is none. Throws AppError("unavailable") when it cannot. */
  create(): OwnCatalogueStatus;
}

export function createOwnCatalogueFile(file: string): OwnCatalogueFile {
  let read: (OwnCatalogueRead & { readonly exists: boolean }) | undefined;

  function load(): OwnCatalogueRead & { readonly exists: boolean } {
    const text = textOrProblem(file);
    if (text === null) return { own: emptyCatalogue, problems: [], exists: false };
    if (typeof text !== "string")
      return { own: emptyCatalogue, problems: [text.problem], exists: true };
    const name = basename(file);
    const version = `${name} ${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
    return { ...parseOwnCatalogue(text, { file: name, version }), exists: true };
  }
  const status = (): OwnCatalogueStatus => {
    read = load();
    const { own, problems, exists } = read;
    const counts = { models: own.models.size, prices: own.prices.length };
    return { file, exists, ...counts, problems: [...problems] };
  };
  return {
    own: () => (read ??= load()).own,
    reload: status,
    create() {
      if (readText(file) === null)
        writeAtomically(
          file,
          `${JSON.stringify({ models: [], prices: [], rateLimits: [] }, null, 2)}\n`,
        );
      return status();
    },
  };
}

/** A file that cannot be read is a problem to show, not the end of the start. */
function textOrProblem(file: string): string | null | { readonly problem: string } {
  try {
    return readText(file);
  } catch (error) {
    return { problem: messageOf(error) };
  }
}
