import type { AppFolders } from "../app-files.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { createEgress } from "../egress/egress.ts";
import type { History } from "../history/history.ts";
import { createBillDesk, type BillDesk } from "../monitoring/bill/bill-desk.ts";
import type { AccessKeys } from "../monitoring/access-keys.ts";
import type { OwnHoursQuery } from "../monitoring/hours.ts";
import { createMonitoringDesk, type MonitoringDesk } from "../monitoring/monitoring-desk.ts";
import { createSourcesFile } from "../monitoring/sources-file.ts";

export interface MonitoringParts {
  readonly folders: AppFolders;
  readonly history: Pick<History, "ownHours">;
  readonly accessKeys: AccessKeys;
  readonly version: string;
  readonly models: { readonly catalogue: Pick<Catalogue, "currencyIn"> };
}

/** The provider's figures, where they are asked for and where they come as a file. */
export interface OpenedMonitoring extends MonitoringDesk {
  readonly bill: BillDesk;
}

/** Asks neither keychain nor network before it is used. */
export function openMonitoring({
  folders,
  history,
  accessKeys,
  version,
  models,
}: MonitoringParts): OpenedMonitoring {
  const sources = createSourcesFile(folders.monitoring);
  const ownHours = (query: OwnHoursQuery) => history.ownHours(query);
  const desk = createMonitoringDesk({
    sources,
    accessKeys,
    egress: createEgress({ userAgent: `Belay/${version}` }),
    ownHours,
    cacheFolder: folders.monitoringFigures,
  });
  const currencyIn = (region: string) => models.catalogue.currencyIn(region);
  return { ...desk, bill: createBillDesk({ sources, ownHours, currencyIn }) };
}
