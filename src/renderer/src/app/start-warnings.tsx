import { useState } from "react";
import { TriangleAlert, X } from "lucide-react";
import { useMessages } from "../messages/messages.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { useApp } from "./services.tsx";

/** What went wrong at the start, until the person has seen it: they may have lost sight of something. */
export function StartWarnings() {
  const messages = useMessages();
  const warnings = useApp((state) => state.info?.warnings);
  const [seen, setSeen] = useState(false);
  if (seen || warnings === undefined || warnings.length === 0) return null;
  return (
    <div
      role="alert"
      className="flex max-h-40 shrink-0 items-start gap-2 overflow-y-auto border-t border-line bg-card px-3 py-2 text-ui"
    >
      <TriangleAlert className="mt-0.5 size-4 shrink-0 text-needs" aria-hidden />
      <ul className="selectable flex min-w-0 flex-1 flex-col gap-1">
        {warnings.map((warning) => (
          <li key={warning} className="wrap-anywhere">
            {warning}
          </li>
        ))}
      </ul>
      <IconButton
        icon={X}
        label={messages.common.dismiss}
        onClick={() => {
          setSeen(true);
        }}
      />
    </div>
  );
}
