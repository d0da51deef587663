import type { ComponentProps } from "react";
import type { LucideIcon } from "lucide-react";
import { cx } from "./cx.ts";
import { Tooltip } from "./tooltip.tsx";

export interface IconButtonProps extends Omit<ComponentProps<"button">, "children" | "aria-label"> {
  readonly icon: LucideIcon;
  /** What it does: the accessible name and the tooltip. */
  readonly label: string;
  /** Shown in the tooltip behind the label, as `formatShortcut` gives it. */
  readonly shortcut?: string | undefined;
  readonly pressed?: boolean | undefined;
}

/** A 28 px square button that shows only an icon; its label is read aloud and shown as a tooltip. */
export function IconButton({
  icon: Icon,
  label,
  shortcut,
  pressed,
  className,
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        {...rest}
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        className={cx(
          "inline-flex size-7 shrink-0 items-center justify-center rounded-control text-secondary",
          "enabled:hover:bg-hover enabled:hover:text-primary disabled:opacity-50",
          "aria-pressed:text-primary",
          className,
        )}
      >
        <Icon className="icon" aria-hidden />
      </button>
    </Tooltip>
  );
}
