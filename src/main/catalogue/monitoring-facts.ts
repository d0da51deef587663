import monitoringFile from "../../../resources/catalogue/monitoring.json" with { type: "json" };
import { consolePageSchema, type ConsoleLinks } from "../../shared/monitoring.ts";

/** What the provider's monitoring measures and how it is asked, with its sources in resources/catalogue/monitoring.json. */
export const monitoringFacts = monitoringFile.series;

/** Regions where the provider has a Prometheus HTTP API for its models. */
export const monitoredRegions: readonly string[] = monitoringFile.regions;

const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = monitoringFile.console;

/** Pages of the provider's console for a region; empty where none are known. */
export function consoleLinks(region: string): ConsoleLinks {
  const known = Object.hasOwn(pages, region) ? pages[region] : undefined;
  const links = consolePageSchema.options.flatMap((page) => {
    const url = known?.[page];
    return url === undefined ? [] : [{ page, url }];
  });
  return { region, links, asOf: monitoringFile.asOf };
}
