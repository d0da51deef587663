import { AppError } from "../../shared/errors.ts";
import type { UsagePort } from "../agent/ports.ts";
import type { History } from "../history/history.ts";
import { createFreeQuota } from "../usage/free-quota.ts";
import { createMeterDesk, type MeterDesk } from "../usage/meter-desk.ts";
import { createUsageDesk, type UsageDesk } from "../usage/usage-desk.ts";
import { createCacheDesk, type CacheDesk } from "../usage/cache-doctor/cache-desk.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import { createPrefixRecorder, recordingPrefixes } from "../usage/cache-doctor/prefix-recorder.ts";
import { createUsagePort, type UsagePortOptions } from "../usage/usage-port.ts";
import type { Pricing } from "../usage/pricing.ts";
import { createContextDesk, type ContextDesk } from "./context-desk.ts";
import type { ModelHub } from "./model-hub.ts";
import type { SessionHub } from "./session-hub.ts";
import type { SettingsBox } from "./settings-box.ts";

export interface UsageParts {
  readonly history: Pick<History, "usage" | "ledger" | "prefixes">;
  readonly pricing: Pricing;
  readonly sessions: Pick<SessionHub, "open">;
  readonly settings: SettingsBox;
  readonly models: Pick<ModelHub, "catalogue" | "place">;
}

/** Everything that reads the ledger. */
export interface UsageDesks extends UsageDesk, MeterDesk {
  readonly cache: CacheDesk;
  readonly context: ContextDesk;
}

export function openUsage(parts: UsageParts): UsageDesks {
  const { history, settings, models, pricing, sessions } = parts;
  const { prefixes, usage: reads } = history;
  const cache = createCacheDesk({ reads, prefixes, pricing, catalogue: models.catalogue });
  return {
    cache,
    context: createContextDesk({ sessions, models, pricing, prefixes, reads, cache }),
    ...createUsageDesk(history.usage),
    ...createMeterDesk({
      ledger: history.ledger,
      reads: history.usage,
      region: () => presentRegion(models) ?? settings.effective().region,
      rateLimits: (model, region) => models.catalogue.rateLimits(model, region),
      limits: () => ({ ...settings.standingLimits(), session: settings.limits("chat").budget }),
      since: () => {
        const { modelStudioSince, planSince } = settings.saved();
        return { modelStudio: modelStudioSince, plan: planSince };
      },
    }),
  };
}

/** Null while the settings name a region that cannot be asked yet, or none that exists. */
function presentRegion(models: UsageParts["models"]): string | null {
  try {
    return models.place().region;
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
}

export interface RecordedUsage extends Omit<UsagePortOptions, "freeQuota"> {
  readonly prefixes: PrefixStore;
  readonly onTrouble: (error: unknown) => void;
  readonly settings: Pick<SettingsBox, "saved" | "standingLimits">;
}

/** The loop's view of the ledger, with what is sent taken down for what explains its cost. */
export function openUsagePort({
  prefixes,
  onTrouble,
  settings,
  ...options
}: RecordedUsage): UsagePort {
  const { ledger, pricing } = options;
  const freeQuota = createFreeQuota({
    ledger,
    since: () => settings.saved().modelStudioSince,
    price: (model, region) => pricing.row(model, region),
  });
  const port = createUsagePort({ limits: () => settings.standingLimits(), freeQuota, ...options });
  return recordingPrefixes(port, createPrefixRecorder({ store: prefixes, onTrouble }));
}
