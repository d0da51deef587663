import type { ReactNode } from "react";

/** A key or chord, as the platform writes it. */
export function Kbd({ children }: { readonly children: ReactNode }) {
  return <kbd className="font-sans text-meta text-muted">{children}</kbd>;
}
