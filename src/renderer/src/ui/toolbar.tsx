import type { ComponentProps } from "react";
import { cx } from "./cx.ts";

/** A row of controls, 28 px high with 4 px between them. */
export function Toolbar({
  label,
  className,
  ...rest
}: ComponentProps<"div"> & { readonly label: string }) {
  return (
    <div
      {...rest}
      role="toolbar"
      aria-label={label}
      className={cx("flex min-h-7 min-w-0 items-center gap-1", className)}
    />
  );
}
