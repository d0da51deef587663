import { AppError } from "../../shared/errors.ts";
import type { MonitoringTest } from "../../shared/monitoring.ts";
import type { HoursReader } from "./read-hours.ts";
import type { Series } from "./prometheus-client.ts";

const nothing = { series: 0, models: [], workspaceIds: [], newest: null };

/** Asks for the last two days; what fails is an answer. Throws "cancelled" only. */
export async function testSource(
  reader: Pick<HoursReader, "look">,
  signal: AbortSignal,
): Promise<MonitoringTest> {
  try {
    const { usage, calls } = await reader.look(signal);
    const newest = newestOf([...usage, ...calls]);
    if (usage.length === 0 || newest === null)
      return {
        ...nothing,
        outcome: "empty",
        message:
          "It answers, and has no usage of models in the last two days. Advanced monitoring has to be switched on for each workspace in the console, and counts from then on.",
      };
    return {
      outcome: "works",
      message: `It works: ${usage.length} series of usage, the newest of ${newest}.`,
      series: usage.length,
      models: valuesOf(usage, "model"),
      workspaceIds: valuesOf(usage, "workspace_id"),
      newest,
    };
  } catch (error) {
    if (!(error instanceof AppError) || error.code === "cancelled") throw error;
    return { ...nothing, outcome: outcomeOf(error), message: error.message };
  }
}

function outcomeOf({ code }: AppError): MonitoringTest["outcome"] {
  if (code === "unauthorized") return "refused";
  return code === "refused" ? "not-prometheus" : "unreachable";
}

const valuesOf = (series: readonly Series[], label: string): string[] =>
  [...new Set(series.map(({ labels }) => labels[label] ?? ""))]
    .filter((value) => value !== "")
    .toSorted();

function newestOf(series: readonly Series[]): string | null {
  const seconds = Math.max(...series.map(({ samples }) => samples.at(-1)?.[0] ?? -Infinity));
  return Number.isFinite(seconds) ? new Date(seconds * 1000).toISOString() : null;
}
