import { useCallback } from "react";
import type { RegionOption } from "../../../shared/app.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import type { Messages } from "../messages/en.ts";

/** Every place an account can be, with the ways in that it has. */
export function useRegions(): readonly RegionOption[] {
  const { client } = useServices();
  const answer = useAnswer(useCallback(() => client("region.list", {}), [client]));
  return answer.value ?? none;
}

const none: readonly RegionOption[] = [];

/** What is to be known of a region beside its name; undefined = nothing. */
export function regionDetail(region: RegionOption, { firstRun }: Messages): string | undefined {
  if (region.kind === "local") return firstRun.regionLocal(region.host ?? "");
  if (region.reported) return firstRun.regionReported;
  return region.host === null ? firstRun.workspaceNeeded : undefined;
}

/** A region's name as the console says it; an id that is not known here is shown as it is. */
export const regionName = (id: string, messages: Messages): string =>
  messages.firstRun.regions[id] ?? id;

/** The console's page for API keys [Model Studio documentation, "Get an API key"]. */
export const consoleKeysUrl =
  "https://modelstudio.console.alibabacloud.com/ap-southeast-1/?tab=globalset#/efm/api_key";
