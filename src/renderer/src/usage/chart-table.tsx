import { useMessages } from "../messages/messages.tsx";
import type { ChartProps } from "./chart.tsx";

/** The same figures as rows, newest last as in the chart. */
export function ChartTable({ chart, onChoose }: ChartProps) {
  const { usage: words } = useMessages();
  const { series, stretches, title } = chart;
  return (
    <div className="h-37 overflow-y-auto">
      <table className="selectable w-full text-label" aria-label={title}>
        <thead className="sticky top-0 bg-card">
          <tr className="text-left text-muted">
            <th scope="col" className="py-1 font-medium">
              {words.time}
            </th>
            {series.map(({ id, label }) => (
              <th key={id} scope="col" className="py-1 pl-3 text-right font-medium">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {stretches.map(({ start, long }, index) => (
            <tr key={start} className="border-t border-line">
              <th scope="row" className="py-1 text-left font-normal whitespace-nowrap">
                <button
                  type="button"
                  className="rounded-control hover:text-accent"
                  aria-label={words.showRequests(long)}
                  onClick={() => {
                    onChoose(index);
                  }}
                >
                  {long}
                </button>
              </th>
              {series.map(({ id, texts }) => (
                <td key={id} className="py-1 pl-3 text-right tabular-nums">
                  {texts[index] || words.noCost}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
