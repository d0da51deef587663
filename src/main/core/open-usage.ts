import { AppError } from "../../shared/errors.ts";
import type { History } from "../history/history.ts";
import { createMeterDesk, type MeterDesk } from "../usage/meter-desk.ts";
import { createUsageDesk, type UsageDesk } from "../usage/usage-desk.ts";
import type { ModelHub } from "./model-hub.ts";
import type { SettingsBox } from "./settings-box.ts";

export interface UsageParts {
  readonly history: Pick<History, "usage" | "ledger">;
  readonly settings: SettingsBox;
  readonly models: Pick<ModelHub, "catalogue" | "place">;
}

/** Everything that reads the ledger. */
export interface UsageDesks extends UsageDesk, MeterDesk {}

export function openUsage({ history, settings, models }: UsageParts): UsageDesks {
  return {
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
