import { ChevronRight } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { ConsoleLink } from "./console-link.tsx";
import { regionIds, regionName } from "./regions.ts";
import type { KeyEntry } from "./use-key-check.ts";

export interface KeyAdvancedProps {
  readonly entry: KeyEntry;
  readonly onChange: (part: Partial<KeyEntry>) => void;
  readonly forRunOnly: boolean;
  /** null where there is no keychain: then it is for this run only anyway. */
  readonly onForRunOnly: ((value: boolean) => void) | null;
}

/** Where to get a key; then region, an endpoint of one's own, and keeping the key for this run only: the latter closed until asked for. */
export function KeyAdvanced({ entry, onChange, forRunOnly, onForRunOnly }: KeyAdvancedProps) {
  const messages = useMessages();
  const { firstRun } = messages;
  return (
    <div className="flex flex-col gap-1">
      <ConsoleLink />
      <details className="group">
        <summary className="flex h-7 w-fit list-none items-center gap-1 rounded-control pr-1.5 text-ui text-secondary hover:text-primary">
          <ChevronRight className="icon group-open:rotate-90" aria-hidden />
          {firstRun.advanced}
        </summary>
        <div className="flex flex-col gap-3 pt-2 pl-5">
          <Select
            label={firstRun.region}
            value={entry.region}
            disabled={entry.baseUrl.trim() !== ""}
            options={[
              { value: "", label: firstRun.regionAny },
              ...regionIds.map((id) => ({ value: id as string, label: regionName(id, messages) })),
            ]}
            onChange={(region) => {
              onChange({ region });
            }}
          />
          <TextField
            label={firstRun.baseUrl}
            help={firstRun.baseUrlHelp}
            type="url"
            mono
            value={entry.baseUrl}
            onChange={(event) => {
              onChange({ baseUrl: event.target.value });
            }}
          />
          {onForRunOnly !== null && (
            <Checkbox label={firstRun.keepForRun} checked={forRunOnly} onChange={onForRunOnly} />
          )}
        </div>
      </details>
    </div>
  );
}
