import type { SandboxReport } from "../../../shared/sandbox.ts";

/** What the check of the project has shown: nothing yet, all held, some of it, or that there is no sandbox. */
export type SandboxStanding = "checking" | "proven" | "partly" | "missing";

export function standingOf(report: SandboxReport | null): SandboxStanding {
  if (report === null) return "checking";
  if (report.passed) return "proven";
  return report.attempts.some(({ passed }) => passed) ? "partly" : "missing";
}
