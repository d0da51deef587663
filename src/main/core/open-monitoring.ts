import type { AppFolders } from "../app-files.ts";
import { createEgress } from "../egress/egress.ts";
import type { History } from "../history/history.ts";
import type { AccessKeys } from "../monitoring/access-keys.ts";
import { createMonitoringDesk, type MonitoringDesk } from "../monitoring/monitoring-desk.ts";
import { createSourcesFile } from "../monitoring/sources-file.ts";

export interface MonitoringParts {
  readonly folders: AppFolders;
  readonly history: Pick<History, "ownHours">;
  readonly accessKeys: AccessKeys;
  readonly version: string;
}

/** Asks neither keychain nor network before it is used. */
export function openMonitoring({
  folders,
  history,
  accessKeys,
  version,
}: MonitoringParts): MonitoringDesk {
  return createMonitoringDesk({
    sources: createSourcesFile(folders.monitoring),
    accessKeys,
    egress: createEgress({ userAgent: `Belay/${version}` }),
    ownHours: (query) => history.ownHours(query),
    cacheFolder: folders.monitoringFigures,
  });
}
