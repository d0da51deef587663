import { createContext } from "react";

/** A line of a file, as an answer names it. */
export interface FilePlace {
  readonly path: string;
  readonly line: number;
}

/** `src/a.ts:12`, also with a column or a last line behind it. */
const form = /^([^\s:*?"<>|`]+):(\d{1,7})(?:[:\u2013-]\d+)?$/u;
/** A file's name ends in a letter and a few more; what ends in a number is an address. */
const fileName = /\.[A-Za-z]\w{0,9}$/;

/** The place that a piece of code names, or null: `localhost:3000`, `10.0.0.1:80` and `std::vec` are none. */
export function parseFilePlace(text: string): FilePlace | null {
  const [, path = "", number = ""] = form.exec(text) ?? [];
  const line = Number(number);
  const isFile = fileName.test(path) || (path.includes("/") && !path.endsWith("/"));
  return isFile && line > 0 ? { path, line } : null;
}

/** Shows a place of the session's project; null where there is no room for it. */
export const FileLinks = createContext<((place: FilePlace) => void) | null>(null);
