import type { Bridge } from "../../../shared/contract.ts";

declare global {
  interface Window {
    /** Put there by the preload script; the window's only way out. */
    readonly bridge: Bridge;
  }
}

/** The bridge that the preload script exposed. */
export const windowBridge = (): Bridge => window.bridge;
