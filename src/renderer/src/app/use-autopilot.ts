import { useMessages } from "../messages/messages.tsx";
import { useApp } from "./services.tsx";

/** Why Autopilot is closed here, and what to do about it. */
export interface ClosedAutopilot {
  readonly reason: string;
  readonly remedy: string | undefined;
}

/** Null where the sandbox check of the project has passed. */
export function useClosedAutopilot(): ClosedAutopilot | null {
  const { approvals, composer } = useMessages();
  const sandbox = useApp((state) => state.sandbox);
  if (sandbox === null) return { reason: composer.autoNotChecked, remedy: undefined };
  if (sandbox.passed) return null;
  return {
    reason: composer.autoUnavailable(approvals.mainWords(sandbox.reason ?? "")),
    remedy: sandbox.remedy === null ? undefined : approvals.mainWords(sandbox.remedy),
  };
}
