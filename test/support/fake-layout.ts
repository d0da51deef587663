import { afterAll, beforeAll } from "vitest";

const sizes = ["offsetHeight", "offsetWidth", "clientHeight", "clientWidth"] as const;
const kept = new Map<string, PropertyDescriptor | undefined>();

/** Gives the test's page sizes, which it has not of itself: 600 px for what scrolls, 28 px for everything else. */
export function useFakeLayout(): void {
  beforeAll(() => {
    for (const name of sizes) {
      kept.set(name, Object.getOwnPropertyDescriptor(HTMLElement.prototype, name));
      Object.defineProperty(HTMLElement.prototype, name, {
        configurable: true,
        get(this: HTMLElement) {
          return this.getAttribute("role") === "log" ? 600 : 28;
        },
      });
    }
  });
  afterAll(() => {
    for (const [name, descriptor] of kept) {
      if (descriptor === undefined) Reflect.deleteProperty(HTMLElement.prototype, name);
      else Object.defineProperty(HTMLElement.prototype, name, descriptor);
    }
  });
}
