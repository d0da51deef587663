import type { Messages } from "../messages/en.ts";

/** The regions that a key without a plan can belong to, in the order they are tried. */
export const regionIds = ["singapore", "beijing", "virginia", "hong-kong"] as const;

/** A region's name as the console says it; an id that is not known here is shown as it is. */
export const regionName = (id: string, messages: Messages): string =>
  messages.firstRun.regions[id] ?? id;

/** The console's page for API keys [Model Studio documentation, "Get an API key"]. */
export const consoleKeysUrl =
  "https://modelstudio.console.alibabacloud.com/ap-southeast-1/?tab=globalset#/efm/api_key";
