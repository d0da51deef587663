import {
  operations,
  type Bridge,
  type Input,
  type Operation,
  type Output,
} from "../../../shared/contract.ts";
import { AppError } from "../../../shared/errors.ts";

/** Calls one operation of the contract; rejects with the `AppError` that main answered. */
export type Client = <K extends Operation>(operation: K, input: Input<K>) => Promise<Output<K>>;

/** The typed face of the bridge: the same names as the contract, so that one search finds all ends. */
export function createClient(bridge: Bridge): Client {
  return async function call<K extends Operation>(
    operation: K,
    input: Input<K>,
  ): Promise<Output<K>> {
    const reply = await bridge.call(operation, input);
    if (!reply.ok) throw new AppError(reply.error.code, reply.error.message);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- TypeScript cannot tie the schema to K across the lookup
    return operations[operation].output.parse(reply.value) as Output<K>;
  };
}
