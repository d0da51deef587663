import { AppError } from "../../shared/errors.ts";

/** Characters. More than a question about a piece of code or a log's end needs, and far from filling a model's context. */
const longest = 20_000;

/** Keys of Model Studio and most other services: one word that starts like one. */
const keyLike = /^(?:sk|pk|ghp|gho|github_pat|glpat|xox[abp]|AKIA)[-_A-Za-z0-9]{16,}$/;

/** The clipboard's text as a question may carry it. AppError("not-found") when there is none, "denied" for what looks like a key. */
export function clipText(text: string): { readonly text: string; readonly cut: boolean } {
  const trimmed = text.trim();
  if (trimmed === "") throw new AppError("not-found", "There is no text in the clipboard.");
  if (keyLike.test(trimmed))
    throw new AppError("denied", "The clipboard holds what looks like a key. It is not sent.");
  return { text: text.slice(0, longest), cut: text.length > longest };
}
