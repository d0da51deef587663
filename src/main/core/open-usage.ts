import { AppError } from "../../shared/errors.ts";
import type { UsagePort } from "../agent/ports.ts";
import type { History } from "../history/history.ts";
import { createFreeQuota, type FreeQuota, type FreeQuotaOptions } from "../usage/free-quota.ts";
import { createMeterDesk, type MeterDesk } from "../usage/meter-desk.ts";
import { createUsageDesk, type UsageDesk } from "../usage/usage-desk.ts";
import { createCacheDesk, type CacheDesk } from "../usage/cache-doctor/cache-desk.ts";
import type { PrefixStore } from "../usage/cache-doctor/prefix-records.ts";
import { createPrefixRecorder, recordingPrefixes } from "../usage/cache-doctor/prefix-recorder.ts";
import { createUsagePort, type UsagePortOptions } from "../usage/usage-port.ts";
import type { Pricing } from "../usage/pricing.ts";
import { createContextDesk, type ContextDesk } from "./context-desk.ts";
import { createForecastDesk, type ForecastDesk } from "./forecast-desk.ts";
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
  readonly context: ContextDesk & ForecastDesk;
}

export function openUsage(parts: UsageParts): UsageDesks {
  const { history, settings, models, pricing, sessions } = parts;
  const { prefixes, usage: reads } = history;
  const freeQuota = freeQuotaNow({ ledger: history.ledger, settings, pricing });
  const desk = { sessions, models, pricing, prefixes, reads, freeQuota };
  const cache = createCacheDesk({ reads, prefixes, pricing, catalogue: models.catalogue });
  return {
    cache,
    context: { ...createContextDesk({ ...desk, cache }), ...createForecastDesk(desk) },
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

interface FreeQuotaParts {
  readonly ledger: FreeQuotaOptions["ledger"];
  readonly settings: Pick<SettingsBox, "saved">;
  readonly pricing: Pick<Pricing, "row">;
}

const freeQuotaOf = ({ ledger, settings, pricing }: FreeQuotaParts): FreeQuota =>
  createFreeQuota({
    ledger,
    since: () => settings.saved().modelStudioSince,
    price: (model, region) => pricing.row(model, region),
  });

/** Looks anew each time: what the provider refused meanwhile is known to the loop's own first. */
export const freeQuotaNow = (parts: FreeQuotaParts): Pick<FreeQuota, "left"> => ({
  left: (place) => freeQuotaOf(parts).left(place),
});

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
  const freeQuota = freeQuotaOf({ ...options, settings });
  const port = createUsagePort({ limits: () => settings.standingLimits(), freeQuota, ...options });
  return recordingPrefixes(port, createPrefixRecorder({ store: prefixes, onTrouble }));
}
