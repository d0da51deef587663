import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type TelemetryOperation = Extract<keyof Handlers, `telemetry.${string}`>;

/** The export of figures to a collector of the person's own. */
export function telemetryHandlers({ telemetry }: Core): Pick<Handlers, TelemetryOperation> {
  return {
    "telemetry.status": () => telemetry.status(),
    "telemetry.setUp": (input) => telemetry.setUp(input),
    "telemetry.change": (input) => telemetry.change(input),
    "telemetry.check": () => telemetry.check(),
    "telemetry.remove": () => telemetry.remove(),
  };
}
