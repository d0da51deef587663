import { useLayoutEffect, useRef, useState, type RefObject } from "react";

/** The width of an element in CSS pixels, as the window changes. */
export function useWidth(): {
  readonly frame: RefObject<HTMLDivElement | null>;
  readonly width: number;
} {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    setWidth(element.clientWidth);
    const observer = new ResizeObserver(() => {
      setWidth(element.clientWidth);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  return { frame, width };
}
