import { operations, type Operation } from "../../src/shared/contract.ts";
import type { Handlers } from "../../src/main/ipc/router.ts";

/** Handlers that fail the test when reached, but for those given. */
export function fakeHandlers(given: Partial<Handlers>): Handlers {
  const names = Object.keys(operations).filter((name): name is Operation => name in operations);
  const unreached = names.map((name) => [
    name,
    () => Promise.reject(new Error(`${name} was reached`)),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one function per name of the table, which is what Handlers says
  return { ...Object.fromEntries(unreached), ...given } as Handlers;
}
