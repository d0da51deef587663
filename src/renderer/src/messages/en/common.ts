import type { ErrorCode } from "../../../../shared/errors.ts";

/** Words that many places share. */
export const common = {
  close: "Close",
  dismiss: "Dismiss",
  cancel: "Cancel",
  back: "Back",
  remove: "Remove",
  retry: "Try again",
  copy: "Copy",
  copied: "Copied",
  running: "Running",
  needsYou: "Needs you",
  loading: "Loading…",
  /** What main refused or could not do. Its message is in English; other languages say first what kind of trouble it is. */
  failure: (_code: ErrorCode, message: string) => message,
  unexpected: "Something unexpected happened. Try again; if it stays, start Belay again.",
  unanswered: "Belay's core gave an answer that this window cannot read. Start Belay again.",
  costUnknown: "price unknown",
  noCostYet: "$0.00",
};
