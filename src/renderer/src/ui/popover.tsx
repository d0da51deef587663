import type { ReactElement, ReactNode } from "react";
import { Popover as Radix } from "radix-ui";
import { cx } from "./cx.ts";
import { overlayClass } from "./menu.tsx";

export interface PopoverProps {
  readonly trigger: ReactElement;
  /** Read aloud as the panel's name. */
  readonly label: string;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "bottom";
  readonly children: ReactNode;
}

/** A panel that opens from its trigger; Esc and a press outside close it. Not modal, as menus are not: see there. */
export function Popover({
  trigger,
  label,
  align = "start",
  side = "bottom",
  children,
}: PopoverProps) {
  return (
    <Radix.Root>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={label}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            overlayClass,
            "max-h-[min(560px,var(--radix-popover-content-available-height))] w-130 max-w-[calc(100vw-16px)]",
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
