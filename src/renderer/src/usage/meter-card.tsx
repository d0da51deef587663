import type { ReactNode } from "react";
import { cx } from "../ui/cx.ts";

export interface MeterCardProps {
  readonly title: string;
  /** Right of the title: whose it is, or until when. */
  readonly detail?: ReactNode;
  readonly children: ReactNode;
}

/** One kind of limit. */
export function MeterCard({ title, detail, children }: MeterCardProps) {
  return (
    <section
      aria-label={title}
      className="flex min-w-0 flex-col rounded-card border border-line bg-card px-3 pt-1 pb-2"
    >
      <header className="flex h-7 min-w-0 items-center gap-3">
        <h3 className="shrink-0 text-label font-medium text-secondary">{title}</h3>
        <span className="flex min-w-0 flex-1 justify-end text-label text-muted">{detail}</span>
      </header>
      {children}
    </section>
  );
}

export interface MeterRowProps {
  readonly name: string;
  /** Said right of the bar, and what a screen reader says of it. */
  readonly value: ReactNode;
  readonly valueText: string;
  /** Shares of the limit, 0 to 1; null draws no bar. `held` may still be used or not. */
  readonly share: { readonly used: number; readonly held?: number } | null;
  readonly state?: "fine" | "near" | "over";
  /** A second, quieter line. */
  readonly detail?: string;
}

/** Rows whose bars begin and end at the same place. */
export function MeterList({
  label,
  children,
}: {
  readonly label?: string;
  readonly children: ReactNode;
}) {
  return (
    <ul
      aria-label={label}
      className="grid grid-cols-[fit-content(40%)_minmax(3rem,1fr)_auto] gap-x-3"
    >
      {children}
    </ul>
  );
}

/** How much of one limit is used: a name, a bar, the figures. */
export function MeterRow(props: MeterRowProps) {
  const { name, value, valueText, share, state = "fine", detail = "" } = props;
  const whole = share === null ? 0 : Math.min(1, share.used + (share.held ?? 0));
  return (
    <li className="col-span-3 grid grid-cols-subgrid items-center py-1">
      <span className="min-w-18 truncate text-ui" title={name}>
        {name}
      </span>
      {share === null ? (
        <span />
      ) : (
        <span className="flex h-1.5 overflow-hidden rounded-control bg-hover">
          <meter
            className="sr-only"
            aria-label={name}
            aria-valuetext={valueText}
            min={0}
            max={100}
            value={Math.round(whole * 100)}
          />
          <span className={cx("h-full", fills[state])} style={{ width: width(share.used) }} />
          <span
            className={cx("h-full opacity-45", fills[state])}
            style={{ width: width(share.held ?? 0) }}
          />
        </span>
      )}
      <span className="flex items-center justify-end gap-2 text-right text-ui tabular-nums">
        {value}
      </span>
      {detail !== "" && (
        <span className="col-span-3 text-right text-meta text-muted tabular-nums">{detail}</span>
      )}
    </li>
  );
}

const fills = { fine: "bg-chart-one", near: "bg-needs", over: "bg-failed" } as const;

/** What is used at all is seen. */
const width = (share: number): string =>
  share <= 0 ? "0" : `max(2px, ${(100 * Math.min(1, share)).toFixed(2)}%)`;
