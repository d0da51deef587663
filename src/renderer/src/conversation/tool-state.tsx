import { Ban, Check, CircleSlash, X } from "lucide-react";
import type { ToolItem } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { Spinner } from "../ui/spinner.tsx";

/** How a step stands: an icon for what is normal, words for what is not. */
export function ToolState({ item }: { readonly item: ToolItem }) {
  const { conversation: words } = useMessages();
  const label = words.status[item.status];
  switch (item.status) {
    case "running":
      return (
        <span className="text-accent">
          <Spinner />
          <span className="sr-only">{label}</span>
        </span>
      );
    case "completed":
      return item.exitCode !== null && item.exitCode !== 0 ? (
        <ExitCode code={item.exitCode} />
      ) : (
        <span className="text-muted">
          <Check className="icon" aria-hidden />
          <span className="sr-only">{label}</span>
        </span>
      );
    case "failed":
      return item.exitCode === null ? (
        <span className="inline-flex items-center gap-1 text-label text-failed">
          <X className="icon" aria-hidden />
          {label}
        </span>
      ) : (
        <ExitCode code={item.exitCode} />
      );
    case "awaiting-approval":
      return <span className="text-label text-needs">{label}</span>;
    case "denied":
    case "cancelled": {
      const Icon = item.status === "denied" ? Ban : CircleSlash;
      return (
        <span className="inline-flex items-center gap-1 text-label text-muted">
          <Icon className="icon" aria-hidden />
          {label}
        </span>
      );
    }
    default:
      return item.status satisfies never;
  }
}

/** A command's exit status, red unless it is 0. */
export function ExitCode({ code }: { readonly code: number }) {
  const { conversation: words } = useMessages();
  return (
    <span className={code === 0 ? "text-label text-muted" : "text-label text-failed"}>
      {words.exit(code)}
    </span>
  );
}
