import { Columns3, FileSpreadsheet, TriangleAlert, X } from "lucide-react";
import type { RegionOption } from "../../../../shared/app.ts";
import { regionName, useRegions } from "../../key/regions.ts";
import { useMessages } from "../../messages/messages.tsx";
import { visibleString } from "../../text/visible-characters.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { Select } from "../../ui/select.tsx";
import type { CallChoice } from "../call-list.tsx";
import { BillColumns } from "./bill-columns.tsx";
import { BillResult } from "./bill-result.tsx";
import { FaultText } from "./fault-text.tsx";
import type { Bill } from "./use-bill.ts";

export interface BillViewProps {
  readonly bill: Bill;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** A file of the console, from its columns to what it says beside the ledger. */
export function BillView({ bill, onShowCalls }: BillViewProps) {
  const { bill: words } = useMessages();
  const { now } = bill;
  switch (now.stage) {
    case "none":
    case "choosing":
      return null;
    case "faulty":
      return (
        <EmptyState
          icon={TriangleAlert}
          title={words.cannotRead(visibleString(now.name))}
          detail={<FaultText fault={now.fault} />}
        >
          <span className="flex gap-2">
            <Button variant="primary" onClick={bill.choose}>
              {words.another}
            </Button>
            <Button onClick={bill.leave}>{words.leave}</Button>
          </span>
        </EmptyState>
      );
    case "columns":
      return (
        <BillColumns
          key={now.file.fileId}
          file={now.file}
          mapping={now.mapping}
          fault={now.fault}
          onCompare={(mapping) => {
            bill.compare(now.file, mapping);
          }}
          onCancel={bill.cancel}
        />
      );
    case "comparing":
      return (
        <output className="appear-late block flex-1">
          <EmptyState title={words.reading(visibleString(now.file.name))}>
            <Button onClick={bill.leave}>{words.leave}</Button>
          </EmptyState>
        </output>
      );
    case "compared":
      return (
        <div className="flex min-h-full flex-col">
          <BillBar bill={bill} />
          <BillResult
            report={now.report}
            onAgain={() => {
              bill.compare(now.file, now.mapping);
            }}
            onShowCalls={onShowCalls}
          />
        </div>
      );
  }
}

/** Which file, of which region, and the ways out of it. */
function BillBar({ bill }: Pick<BillViewProps, "bill">) {
  const messages = useMessages();
  const { bill: words, billing } = messages;
  const regions = useRegions();
  const { now, region } = bill;
  if (now.stage !== "compared") return null;
  const { file, mapping } = now;
  return (
    <div className="mx-auto flex w-full max-w-300 items-center gap-1 px-2 pt-2">
      <span className="flex min-w-0 items-center gap-2 pl-2 text-label font-medium">
        <FileSpreadsheet className="icon shrink-0 text-muted" aria-hidden />
        <span className="truncate" title={visibleString(file.name)}>
          {visibleString(file.name)}
        </span>
      </span>
      <Select
        look="bar"
        label={billing.region}
        value={region}
        options={optionsOf(regions, region).map((id) => ({
          value: id,
          label: regionName(id, messages),
        }))}
        onChange={(next) => {
          bill.chooseRegion(file, mapping, next);
        }}
      />
      <span className="flex-1" />
      <Button
        variant="plain"
        icon={Columns3}
        onClick={() => {
          bill.editColumns(file, mapping);
        }}
      >
        {words.columns}
      </Button>
      <Button variant="plain" onClick={bill.choose}>
        {words.another}
      </Button>
      <Button variant="plain" icon={X} onClick={bill.leave}>
        {words.leave}
      </Button>
    </div>
  );
}

/** Regions of Model Studio; the chosen one in any case. */
function optionsOf(regions: readonly RegionOption[], chosen: string): readonly string[] {
  const ids = regions.filter(({ kind }) => kind !== "local").map(({ id }) => id);
  return ids.includes(chosen) ? ids : [chosen, ...ids];
}
