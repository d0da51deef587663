import type { SessionId } from "../../../shared/ids.ts";
import type { UsageFilter } from "../../../shared/usage-panel.ts";

export const scopes = ["session", "project", "all"] as const;
export type Scope = (typeof scopes)[number];

export const periods = ["today", "week", "month", "days30", "all"] as const;
export type Period = (typeof periods)[number];

/** What a person chose to see the figures of. */
export interface Choice {
  readonly scope: Scope;
  readonly period: Period;
}

export interface Present {
  readonly sessionId: SessionId | null;
  readonly project: string | null;
  readonly now: Date;
}

/** The requests that a choice means here and now. Days and months begin at this computer's midnight. */
export function filterOf({ scope, period }: Choice, present: Present): UsageFilter {
  const since = startOf(period, present.now);
  return {
    ...(scope === "session" && present.sessionId !== null ? { sessionId: present.sessionId } : {}),
    ...(scope === "project" && present.project !== null ? { workspace: present.project } : {}),
    ...(since === null ? {} : { since: since.toISOString() }),
  };
}

function startOf(period: Period, now: Date): Date | null {
  const day = (back: number): Date =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() - back);
  switch (period) {
    case "today":
      return day(0);
    case "week":
      return day(6);
    case "days30":
      return day(29);
    case "month":
      return new Date(now.getFullYear(), now.getMonth(), 1);
    case "all":
      return null;
  }
}

/** What one row of a table stands for, as a narrower filter. */
export function filterOfRow(
  filter: UsageFilter,
  by: "model" | "region" | "day" | "session" | "workspace",
  key: string,
): UsageFilter {
  switch (by) {
    case "model":
      return { ...filter, model: key };
    case "region":
      return { ...filter, region: key };
    case "workspace":
      return { ...filter, workspace: key };
    case "session":
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- keys of sessions are their ids; main checks them again
      return { ...filter, sessionId: key as SessionId };
    case "day":
      return { ...filter, ...dayOf(key) };
  }
}

/** A day such as "2026-01-31" in this computer's time zone. */
function dayOf(name: string): Pick<UsageFilter, "since" | "until"> {
  const [year = 0, month = 1, date = 1] = name.split("-").map(Number);
  return {
    since: new Date(year, month - 1, date).toISOString(),
    until: new Date(year, month - 1, date + 1).toISOString(),
  };
}
