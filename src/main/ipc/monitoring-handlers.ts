import { consoleLinks } from "../catalogue/monitoring-facts.ts";
import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type MonitoringOperation = Extract<keyof Handlers, `monitoring.${string}`>;

/** The provider's own figures beside the ledger's. */
export function monitoringHandlers({ monitoring }: Core): Pick<Handlers, MonitoringOperation> {
  return {
    "monitoring.status": () => monitoring.status(),
    "monitoring.consoleLinks": async ({ region }) => consoleLinks(region),
    "monitoring.setUp": (input) => monitoring.setUp(input),
    "monitoring.test": ({ region }) => monitoring.test(region),
    "monitoring.remove": ({ region }) => monitoring.remove(region),
    "monitoring.setThreshold": ({ thresholdPercent }) => monitoring.setThreshold(thresholdPercent),
    "monitoring.linkKey": ({ region, fingerprint, provider }) =>
      monitoring.linkKey(region, { fingerprint, provider }),
    "monitoring.reconcile": (query) => monitoring.reconcile(query),
    "monitoring.stop": async () => {
      monitoring.stop();
      return {};
    },
  };
}
