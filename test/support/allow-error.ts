import { AppError, type ErrorCode } from "../../src/shared/errors.ts";

/** For `catch`: lets one expected failure pass as undefined and throws every other. */
export const allow =
  (code: ErrorCode) =>
  (error: unknown): undefined => {
    if (!(error instanceof AppError) || error.code !== code) throw error;
  };
