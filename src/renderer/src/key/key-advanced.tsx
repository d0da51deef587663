import { ChevronRight } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { Checkbox } from "../ui/checkbox.tsx";
import { Select } from "../ui/select.tsx";
import { TextField } from "../ui/text-field.tsx";
import { ConsoleLink } from "./console-link.tsx";
import { regionDetail, regionName, useRegions } from "./regions.ts";
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
  const { firstRun } = useMessages();
  return (
    <div className="flex flex-col gap-1">
      <ConsoleLink />
      <details className="group">
        <summary className="flex h-7 w-fit list-none items-center gap-1 rounded-control pr-1.5 text-ui text-secondary hover:text-primary">
          <ChevronRight className="icon group-open:rotate-90" aria-hidden />
          {firstRun.advanced}
        </summary>
        <div className="flex flex-col gap-3 pt-2 pl-5">
          <PlaceFields entry={entry} onChange={onChange} />
          {onForRunOnly !== null && (
            <Checkbox label={firstRun.keepForRun} checked={forRunOnly} onChange={onForRunOnly} />
          )}
        </div>
      </details>
    </div>
  );
}

/** Region or server, workspace, and an address of one's own, which leaves the other two without a meaning. */
function PlaceFields({ entry, onChange }: Pick<KeyAdvancedProps, "entry" | "onChange">) {
  const messages = useMessages();
  const { firstRun } = messages;
  const regions = useRegions();
  const hasOwnUrl = entry.baseUrl.trim() !== "";
  const region = regions.find(({ id }) => id === entry.region);
  return (
    <>
      <Select
        label={firstRun.region}
        value={entry.region}
        disabled={hasOwnUrl}
        options={[
          { value: "", label: firstRun.regionAny },
          ...regions.map((option) => ({
            value: option.id,
            label: regionName(option.id, messages),
            detail: regionDetail(option, messages),
          })),
        ]}
        onChange={(id) => {
          onChange({ region: id });
        }}
      />
      {(region === undefined || region.takesWorkspace) && (
        <TextField
          label={firstRun.workspaceId}
          help={firstRun.workspaceIdHelp}
          mono
          maxLength={63}
          disabled={hasOwnUrl}
          value={entry.workspaceId}
          onChange={(event) => {
            onChange({ workspaceId: event.target.value });
          }}
        />
      )}
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
    </>
  );
}
