import { consoleLinks } from "../catalogue/monitoring-facts.ts";
import type { Core } from "../core.ts";
import type { Handlers } from "./router.ts";

type MonitoringOperation = Extract<keyof Handlers, `monitoring.${string}`>;

/** The provider's own figures beside the ledger's. A file is chosen in the system's dialog: its path never comes from a window. */
export function monitoringHandlers(
  { monitoring }: Core,
  chooseBill: () => Promise<string | null>,
): Pick<Handlers, MonitoringOperation> {
  return {
    "monitoring.status": () => monitoring.status(),
    "monitoring.consoleLinks": async ({ region }) => consoleLinks(region),
    "monitoring.setUp": (input) => monitoring.setUp(input),
    "monitoring.test": ({ region }) => monitoring.test(region),
    "monitoring.remove": ({ region }) => monitoring.remove(region),
    "monitoring.setCounting": ({ region, counting }) => monitoring.setCounting(region, counting),
    "monitoring.setThreshold": ({ thresholdPercent }) => monitoring.setThreshold(thresholdPercent),
    "monitoring.linkKey": ({ region, ...link }) => monitoring.linkKey(region, link),
    "monitoring.reconcile": (query) => monitoring.reconcile(query),
    "monitoring.chooseBill": async ({ region }) => {
      const path = await chooseBill();
      return path === null ? null : monitoring.bill.open(region, path);
    },
    "monitoring.compareBill": (comparison) => monitoring.bill.compare(comparison),
    "monitoring.stop": async () => {
      monitoring.stop();
      return {};
    },
  };
}
