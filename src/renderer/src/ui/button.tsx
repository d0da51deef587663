import type { ComponentProps, ReactNode } from "react";
import type { LucideIcon } from "lucide-react";
import { cx } from "./cx.ts";
import { Spinner } from "./spinner.tsx";

/** primary = the one thing to do here; quiet = everything else; plain = no edge, for rows and bars; danger = destroys. */
type ButtonVariant = "primary" | "quiet" | "plain" | "danger";

const looks: Readonly<Record<ButtonVariant, string>> = {
  primary:
    "bg-accent-solid text-on-accent enabled:hover:bg-accent-solid-hover border-transparent font-medium",
  quiet: "bg-card text-primary border-line enabled:hover:bg-hover",
  plain:
    "bg-transparent text-secondary border-transparent enabled:hover:bg-hover enabled:hover:text-primary",
  danger: "bg-card text-failed border-line enabled:hover:bg-hover",
};

export interface ButtonProps extends ComponentProps<"button"> {
  readonly variant?: ButtonVariant | undefined;
  readonly icon?: LucideIcon | undefined;
  /** Shows a spinner in place of the icon and takes no press. */
  readonly busy?: boolean | undefined;
  /** After the label: a shortcut, for example. */
  readonly after?: ReactNode;
}

/** A 28 px button. Its type is "button" unless said otherwise, so that it never sends a form by accident. */
export function Button({
  variant = "quiet",
  icon: Icon,
  busy = false,
  after,
  className,
  children,
  disabled,
  type = "button",
  ...rest
}: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled === true || busy}
      aria-busy={busy || undefined}
      className={cx(
        "inline-flex h-7 shrink-0 items-center justify-center gap-1.5 rounded-control border px-2.5 text-ui whitespace-nowrap",
        "disabled:opacity-50",
        looks[variant],
        className,
      )}
    >
      {busy ? <Spinner /> : Icon !== undefined && <Icon className="icon" aria-hidden />}
      {children}
      {after}
    </button>
  );
}
