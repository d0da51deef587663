import { CircleCheck, CircleX } from "lucide-react";
import type { ExportResult } from "../../../shared/telemetry.ts";
import { useMessages } from "../messages/messages.tsx";

/** What a collector said, and what to do about it. */
export function ExportOutcome({ result }: { readonly result: ExportResult }) {
  const { telemetry: words } = useMessages();
  const isGood = result.outcome === "accepted";
  const Icon = isGood ? CircleCheck : CircleX;
  return (
    <output className="selectable flex gap-2 text-ui">
      <Icon className={`icon mt-0.5 shrink-0 ${isGood ? "text-ok" : "text-failed"}`} aria-hidden />
      <span className="flex min-w-0 flex-col">
        <span>{words.outcomes[result.outcome]}</span>
        {result.message !== "" && (
          <span className="text-label break-words text-secondary">{result.message}</span>
        )}
      </span>
    </output>
  );
}
