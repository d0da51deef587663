import { AppError } from "../../shared/errors.ts";
import type { Core } from "../core.ts";
import { callExport } from "../usage/call-export.ts";
import type { Handlers } from "./router.ts";
import type { SaveText } from "./timeline-handlers.ts";

type UsageHandlers = Pick<
  Handlers,
  | "usage.report"
  | "usage.overview"
  | "usage.groups"
  | "usage.calls"
  | "usage.meters"
  | "usage.export"
>;

/** What was used, as figures, as a list and as a file. */
export function usageHandlers(core: Core, saveText: SaveText): UsageHandlers {
  const { usage } = core;
  return {
    "usage.report": (query) => usage.report(query),
    "usage.overview": ({ filter }) => usage.overview(filter),
    "usage.groups": ({ filter, by, first }) => usage.groups(filter, by, first),
    "usage.calls": ({ filter, before, limit }) =>
      usage.calls({ filter, limit, ...(before === undefined ? {} : { before }) }),
    "usage.meters": (place) => usage.meters(place),
    "usage.export": async ({ filter, format }) => {
      const calls = await usage.everyCall(filter);
      if (calls.length === 0)
        throw new AppError("not-found", "There is no request in this choice to export.");
      const path = await saveText(`belay-usage.${format}`, callExport(calls, format));
      return path === null ? null : { path, calls: calls.length };
    },
  };
}
