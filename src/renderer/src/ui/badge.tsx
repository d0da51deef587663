import type { ReactNode } from "react";
import { cx } from "./cx.ts";

type BadgeTone = "neutral" | "accent" | "ok" | "needs" | "failed";

const tones: Readonly<Record<BadgeTone, string>> = {
  neutral: "text-secondary",
  accent: "text-accent",
  ok: "text-ok",
  needs: "text-needs",
  failed: "text-failed",
};

export interface BadgeProps {
  readonly tone?: BadgeTone;
  readonly title?: string | undefined;
  readonly children: ReactNode;
}

/** One or two words of state in a small frame. */
export function Badge({ tone = "neutral", title, children }: BadgeProps) {
  return (
    <span
      title={title}
      className={cx(
        "inline-flex h-5 shrink-0 items-center gap-1 rounded-control border border-line bg-card px-1.5 text-meta font-medium whitespace-nowrap",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
