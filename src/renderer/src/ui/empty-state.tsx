import type { ReactNode } from "react";
import type { LucideIcon } from "lucide-react";

export interface EmptyStateProps {
  readonly icon?: LucideIcon | undefined;
  readonly title: string;
  readonly detail?: ReactNode;
  readonly children?: ReactNode;
}

/** What a place says while it has nothing to show, and what to do about it. */
export function EmptyState({ icon: Icon, title, detail, children }: EmptyStateProps) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-6 text-center">
      {Icon !== undefined && <Icon className="size-6 text-muted" strokeWidth={1.5} aria-hidden />}
      <div className="flex max-w-90 flex-col gap-1">
        <p className="text-ui font-medium text-primary">{title}</p>
        {detail !== undefined && <p className="text-ui text-secondary">{detail}</p>}
      </div>
      {children}
    </div>
  );
}

/** Stands in for what is on its way; most of it comes before this is seen. */
export function Loading({ title }: { readonly title: string }) {
  return (
    <output className="appear-late block h-full">
      <EmptyState title={title} />
    </output>
  );
}
