import type { ReactNode } from "react";
import { TitleBar } from "../app/title-bar.tsx";

export interface FirstPageProps {
  readonly title: string;
  readonly detail: string;
  readonly children: ReactNode;
}

/** A page with one thing to do: a narrow column in the upper middle of the window. */
export function FirstPage({ title, detail, children }: FirstPageProps) {
  return (
    <div className="flex h-full flex-col">
      <TitleBar />
      <main className="min-h-0 flex-1 overflow-y-auto px-6 [scrollbar-gutter:stable_both-edges]">
        <div className="mx-auto flex w-full max-w-120 flex-col gap-6 pt-[14vh] pb-10">
          <div className="flex flex-col gap-2">
            <h1 className="text-title font-semibold text-balance">{title}</h1>
            <p className="text-prose text-pretty text-secondary">{detail}</p>
          </div>
          {children}
        </div>
      </main>
    </div>
  );
}
