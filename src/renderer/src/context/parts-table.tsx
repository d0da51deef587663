import { useState, type ReactNode } from "react";
import { ChevronRight } from "lucide-react";
import type { ContextPart, ContextReport, PartKind } from "../../../shared/context.ts";
import { displayMoney, type Money } from "../../../shared/money.ts";
import { useMessages } from "../messages/messages.tsx";
import { cx } from "../ui/cx.ts";
import { shareText, tokensText } from "../usage/figures-text.ts";
import { kindRows, partName, sumOf, type KindRow } from "./part-rows.ts";
import { kindColours } from "./parts-bar.tsx";

const cell = "py-1 pl-3 text-right whitespace-nowrap";

/** The parts of a request, one row a kind; tools, files and results open to each of theirs. */
export function PartsTable({ report }: { readonly report: ContextReport }) {
  const { context: words } = useMessages();
  const all = sumOf(report.parts);
  return (
    <table aria-label={words.parts} className="selectable w-full text-label tabular-nums">
      <Head report={report} />
      <tbody>
        {kindRows(report.parts).map((row) => (
          <KindRows key={row.kind} row={row} report={report} />
        ))}
      </tbody>
      <tfoot>
        <tr className="border-t border-line font-medium">
          <th scope="row" className="py-1 text-left font-medium">
            {words.total}
          </th>
          <Figures figures={all} report={report} />
        </tr>
      </tfoot>
    </table>
  );
}

function Head({ report }: { readonly report: ContextReport }) {
  const { context: words } = useMessages();
  const headings = [
    words.tokens,
    report.windowTokens === null ? words.shareOfAll : words.share,
    report.isEstimate ? words.fromCacheLikely : words.fromCache,
    words.cost,
  ];
  return (
    <thead>
      <tr className="text-muted">
        <th scope="col" className="py-1 text-left font-medium">
          {words.part}
        </th>
        {headings.map((text) => (
          <th key={text} scope="col" className={cx(cell, "font-medium")}>
            {text}
          </th>
        ))}
      </tr>
    </thead>
  );
}

interface KindRowsProps {
  readonly row: KindRow;
  readonly report: ContextReport;
}

function KindRows({ row, report }: KindRowsProps) {
  const { context: words } = useMessages();
  const [isOpen, setOpen] = useState(false);
  const { kind, parts, count } = row;
  const name = words.kinds[kind];
  const counted = count > 1 ? words.counted(name, count) : name;
  return (
    <>
      <tr className="border-t border-line">
        <th scope="row" className="w-full max-w-0 py-1 text-left font-normal">
          {parts.length === 0 ? (
            <Name kind={kind}>{counted}</Name>
          ) : (
            <button
              type="button"
              aria-expanded={isOpen}
              className="w-full rounded-control text-left hover:text-accent"
              onClick={() => {
                setOpen(!isOpen);
              }}
            >
              <Name kind={kind}>
                {counted}
                <ChevronRight
                  aria-hidden
                  className={cx("ml-1 inline size-3 text-muted", isOpen && "rotate-90")}
                />
              </Name>
            </button>
          )}
        </th>
        <Figures figures={row} report={report} />
      </tr>
      {isOpen && parts.map((part) => <PartRow key={part.label} part={part} report={report} />)}
    </>
  );
}

function Name({ kind, children }: { readonly kind: PartKind; readonly children: ReactNode }) {
  return (
    <span className="flex min-w-0 items-center gap-2">
      <span aria-hidden className={cx("size-2 shrink-0 rounded-[2px]", kindColours[kind])} />
      <span className="truncate">{children}</span>
    </span>
  );
}

function PartRow({ part, report }: { readonly part: ContextPart; readonly report: ContextReport }) {
  const messages = useMessages();
  const name = partName(part, messages);
  return (
    <tr className="text-secondary">
      <th scope="row" className="w-full max-w-0 py-0.5 pl-4 text-left font-normal">
        <span className="block truncate" title={name}>
          {part.count > 1 ? messages.context.counted(name, part.count) : name}
        </span>
      </th>
      <Figures figures={part} report={report} />
    </tr>
  );
}

interface FiguresProps {
  readonly figures: {
    readonly tokens: number;
    readonly cachedTokens: number;
    readonly cost: Money | null;
  };
  readonly report: ContextReport;
}

function Figures({ figures, report }: FiguresProps) {
  const { context: words } = useMessages();
  const { tokens, cachedTokens, cost } = figures;
  return (
    <>
      <td className={cell}>{tokensText(tokens)}</td>
      <td className={cell}>
        {partShare(tokens, report.windowTokens ?? report.tokens) ?? words.none}
      </td>
      <td className={cell}>{cachedTokens === 0 ? words.none : tokensText(cachedTokens)}</td>
      <td className={cell}>{cost === null ? words.none : displayMoney(cost)}</td>
    </>
  );
}

/** A little is not nothing. */
const partShare = (tokens: number, of: number): string | null =>
  tokens > 0 && tokens < of / 2000 ? "<0.1%" : shareText(tokens, of);
