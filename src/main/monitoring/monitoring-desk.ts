import { AppError } from "../../shared/errors.ts";
import type { Input } from "../../shared/contract.ts";
import type {
  MonitoringSetUp,
  MonitoringStatus,
  MonitoringTest,
  Reconciliation,
} from "../../shared/monitoring.ts";
import { monitoredRegions } from "../catalogue/monitoring-facts.ts";

/** The provider's own figures: where they are read, and what they say beside the ledger's. */
export interface MonitoringDesk {
  status(): Promise<MonitoringStatus>;
  setUp(input: Input<"monitoring.setUp">): Promise<MonitoringSetUp>;
  test(region: string): Promise<MonitoringTest>;
  remove(region: string): Promise<MonitoringStatus>;
  setThreshold(percent: number): Promise<MonitoringStatus>;
  linkKey(
    region: string,
    link: Pick<Input<"monitoring.linkKey">, "fingerprint" | "provider">,
  ): Promise<MonitoringStatus>;
  reconcile(query: Input<"monitoring.reconcile">): Promise<Reconciliation>;
  stop(): void;
}

const status = async (): Promise<MonitoringStatus> => ({
  sources: [],
  regions: [...monitoredRegions],
  thresholdPercent: 1,
});

const nothing = async (region: string): Promise<never> => {
  throw new AppError(
    "not-found",
    `No monitoring is set up for ${region}. Enter the HTTP API URL of its Prometheus instance and an AccessKey in Settings.`,
  );
};

export function createMonitoringDesk(): MonitoringDesk {
  return {
    status,
    setUp: ({ region }) => nothing(region),
    test: nothing,
    remove: nothing,
    setThreshold: status,
    linkKey: nothing,
    reconcile: ({ region }) => nothing(region),
    stop: () => undefined,
  };
}
