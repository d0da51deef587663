import { useEffect, type RefObject } from "react";
import { useServices } from "../app/services.tsx";

const most = 2000;
const least = 40;

/** What the element around a part adds to its height. */
const lines = ({ parentElement: around }: HTMLElement): number =>
  around === null ? 0 : around.offsetHeight - around.clientHeight;

/** Tells main how high the window would have to be to show these parts whole; main clamps it. */
export function useWantedHeight(parts: RefObject<HTMLElement | null>): void {
  const { client } = useServices();
  useEffect(() => {
    const root = parts.current;
    if (root === null) return;
    let told = 0;
    const tell = (): void => {
      const height = Array.from(root.querySelectorAll<HTMLElement>("[data-part]"))
        .map((part) => part.offsetHeight + (part.parentElement === root ? 0 : lines(part)))
        .reduce((sum, part) => sum + part, root.offsetHeight - root.clientHeight);
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
