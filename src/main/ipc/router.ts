import {
  isOperation,
  operations,
  type Input,
  type Operation,
  type Output,
} from "../../shared/contract.ts";
import { AppError, type Reply } from "../../shared/errors.ts";

/** One function per operation: leave one out and the wiring does not compile. */
export type Handlers = { readonly [K in Operation]: (input: Input<K>) => Promise<Output<K>> };

/** Answers any call from a window; never rejects. */
export type Route = (operation: unknown, input: unknown) => Promise<Reply<unknown>>;

export interface RouterOptions {
  /** Only what nobody expected: expected failures are answers. */
  readonly logError: (error: unknown) => void;
}

/** Larger inputs are refused unread. A prompt may be a million characters. */
const largestInput = 4 * 1024 * 1024;

/** The contract at run time: an unknown operation, an input that does not fit or is too large never reaches a handler; nothing but what it names comes back. */
export function createRouter(handlers: Handlers, options: RouterOptions): Route {
  async function run<K extends Operation>(operation: K, raw: unknown): Promise<Output<K>> {
    assertSize(raw);
    const parsed = operations[operation].input.strict().safeParse(raw);
    if (!parsed.success) {
      throw new AppError("invalid-input", `${operation}: the input does not fit the contract`, {
        cause: parsed.error,
      });
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript cannot tie the schema to K across the lookup
    const output = await handlers[operation](parsed.data as unknown as Input<K>);
    // Only what the contract names crosses: a field that a handler let slip never reaches a window.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as above
    return operations[operation].output.parse(output) as Output<K>;
  }

  return async (operation, input) => {
    try {
      if (typeof operation !== "string" || !isOperation(operation))
        throw new AppError("invalid-input", "There is no such operation");
      return { ok: true, value: await run(operation, input) };
    } catch (error) {
      if (error instanceof AppError)
        return { ok: false, error: { code: error.code, message: error.message } };
      options.logError(error);
      return {
        ok: false,
        error: { code: "internal", message: "Unexpected failure. The log says more." },
      };
    }
  };
}

function assertSize(raw: unknown): void {
  let size: number;
  try {
    size = JSON.stringify(raw)?.length ?? 0;
  } catch (error) {
    throw new AppError("invalid-input", "The input is not plain data", { cause: error });
  }
  if (size > largestInput) throw new AppError("invalid-input", "The input is too large");
}
