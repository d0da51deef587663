import { TriangleAlert } from "lucide-react";
import type { BillFault } from "../../../../shared/bill-file.ts";
import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";

/** What is wrong with a file, where, and what to do. */
export function FaultText({ fault }: { readonly fault: BillFault }) {
  const { bill: words } = useMessages();
  const { code, line, column, text } = fault;
  const place = words.where(line, column === null ? null : visibleString(column));
  const what = words.faults[code](text === null ? null : visibleString(text));
  return (
    <span role="alert" className="flex items-start gap-2 text-left text-ui text-primary">
      <TriangleAlert className="icon mt-0.5 shrink-0 text-failed" aria-hidden />
      <span>
        {place !== "" && <span className="font-medium">{place}: </span>}
        {what} {words.nothingKept}
      </span>
    </span>
  );
}
