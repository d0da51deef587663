import type { ReactElement, ReactNode } from "react";
import { DropdownMenu as Radix } from "radix-ui";
import type { LucideIcon } from "lucide-react";
import { cx } from "./cx.ts";
import { Kbd } from "./kbd.tsx";

/** The look of a list that floats above the window. */
export const overlayClass =
  "appear z-50 overflow-y-auto rounded-card border border-line bg-card p-1 shadow-overlay outline-none";
/** The look of one row in such a list. */
export const overlayRowClass =
  "flex min-h-7 items-center gap-2 rounded-control px-2 text-ui text-primary outline-none data-[highlighted]:bg-hover data-[disabled]:opacity-50";

export interface MenuProps {
  readonly trigger: ReactElement;
  readonly align?: "start" | "center" | "end";
  readonly side?: "top" | "bottom";
  readonly children: ReactNode;
}

/** A menu that opens from its trigger. Not modal: a modal one would write a style element, which the page's policy forbids. */
export function Menu({ trigger, align = "start", side = "bottom", children }: MenuProps) {
  return (
    <Radix.Root modal={false}>
      <Radix.Trigger asChild>{trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
          className={cx(
            overlayClass,
            "max-h-(--radix-dropdown-menu-content-available-height) max-w-96 min-w-[max(176px,var(--radix-dropdown-menu-trigger-width))]",
          )}
        >
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface MenuItemProps {
  readonly icon?: LucideIcon | undefined;
  readonly shortcut?: string | undefined;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  readonly onSelect: () => void;
  readonly children: ReactNode;
}

/** One command of a menu. */
export function MenuItem({
  icon: Icon,
  shortcut,
  danger = false,
  disabled = false,
  onSelect,
  children,
}: MenuItemProps) {
  return (
    <Radix.Item
      disabled={disabled}
      onSelect={onSelect}
      className={cx(overlayRowClass, danger && "text-failed")}
    >
      {Icon !== undefined && <Icon className="icon text-secondary" aria-hidden />}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {shortcut !== undefined && <Kbd>{shortcut}</Kbd>}
    </Radix.Item>
  );
}

/** A heading inside a menu. */
export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return (
    <Radix.Label className="px-2 pt-1.5 pb-1 text-meta font-medium text-muted">
      {children}
    </Radix.Label>
  );
}

/** A thin line between groups of a menu. */
export function MenuSeparator() {
  return <Radix.Separator className="-mx-1 my-1 h-px bg-line" />;
}
