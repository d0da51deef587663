import { useEffect, type RefObject } from "react";
import { useServices } from "../app/services.tsx";

const most = 2000;
const least = 40;

/** Tells main how high the window would have to be to show these parts whole; main clamps it. */
export function useWantedHeight(parts: RefObject<HTMLElement | null>): void {
  const { client } = useServices();
  useEffect(() => {
    const root = parts.current;
    if (root === null) return;
    let told = 0;
    const tell = (): void => {
      const height = Array.from(root.querySelectorAll<HTMLElement>("[data-part]"))
        .map((part) => part.offsetHeight)
        .reduce((sum, part) => sum + part, 2);
      const wanted = Math.min(most, Math.max(least, Math.ceil(height)));
      if (wanted === told) return;
      told = wanted;
      // A window that keeps its old height still scrolls: nothing to tell the person.
      client("quick.resize", { height: wanted }).catch(() => undefined);
    };
    const sizes = new ResizeObserver(tell);
    const watch = (): void => {
      sizes.disconnect();
      for (const part of root.querySelectorAll("[data-part]")) sizes.observe(part);
    };
    const added = new MutationObserver(() => {
      watch();
      tell();
    });
    added.observe(root, { childList: true, subtree: true });
    watch();
    tell();
    return () => {
      sizes.disconnect();
      added.disconnect();
    };
  }, [client, parts]);
}
