import type { ContextReport, PartKind } from "../../../shared/context.ts";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { tokensText } from "../usage/figures-text.ts";
import { kindRows } from "./part-rows.ts";

/** Told apart by lightness too, and named in the table below. */
export const kindColours: Readonly<Record<PartKind, string>> = {
  system: "bg-chart-five",
  memory: "bg-chart-two",
  tool: "bg-chart-three",
  summary: "bg-chart-four",
  prompt: "bg-chart-one",
  answer: "bg-chart-four",
  file: "bg-chart-two",
  result: "bg-chart-five",
};

/** How the parts fill the window, or the request where the window is not known; marks where the price rises. The table says the same. */
export function PartsBar({ report }: { readonly report: ContextReport }) {
  const { context: words } = useMessages();
  const whole = Math.max(report.windowTokens ?? report.tokens, report.tokens, 1);
  const percent = (tokens: number): string => `${(100 * tokens) / whole}%`;
  return (
    <div className="relative h-2.5" aria-hidden>
      <div className="flex h-full gap-px overflow-hidden rounded-control bg-hover">
        {kindRows(report.parts).map(({ kind, tokens }) => (
          <span
            key={kind}
            className={cx("h-full min-w-px shrink-0", kindColours[kind])}
            style={{ width: percent(tokens) }}
          />
        ))}
      </div>
      {report.brackets
        .filter((edge) => edge < whole)
        .map((edge) => (
          <span
            key={edge}
            title={words.bracket(tokensText(edge))}
            className="absolute -top-1 h-4.5 w-px bg-muted"
            style={{ left: percent(edge) }}
          />
        ))}
    </div>
  );
}
