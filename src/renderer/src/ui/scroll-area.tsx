import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

/** A region that scrolls by itself, with the thin scrollbars of the page's own style sheet; reachable by keyboard. */
export function ScrollArea({ className, ...rest }: ComponentProps<"div">) {
  return (
    <div
      {...rest}
      className={cx("min-h-0 overflow-x-hidden overflow-y-auto overscroll-contain", className)}
    />
  );
}
