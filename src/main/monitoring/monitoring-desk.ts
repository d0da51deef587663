import { setTimeout } from "node:timers/promises";
import { AppError } from "../../shared/errors.ts";
import type { Input } from "../../shared/contract.ts";
import type {
  MonitoringSetUp,
  MonitoringStatus,
  MonitoringTest,
  Reconciliation,
} from "../../shared/monitoring.ts";
import { monitoredRegions } from "../catalogue/monitoring-facts.ts";
import type { BoundKey, Egress } from "../egress/egress.ts";
import { assertUsable } from "../egress/key-origin.ts";
import type { AccessKeys } from "./access-keys.ts";
import { hourMs, hourOf, type OwnHour, type OwnHoursQuery } from "./hours.ts";
import { createHoursCache } from "./hours-cache.ts";
import type { KeyLink } from "./link-keys.ts";
import { createPrometheusClient } from "./prometheus-client.ts";
import { createHoursReader, type HoursReader } from "./read-hours.ts";
import type { Stretch } from "./read-series.ts";
import { reconcile } from "./reconcile.ts";
import { reconciliationReport } from "./reconciliation-report.ts";
import type { SavedSource, SourcesFile } from "./sources-file.ts";
import { testSource } from "./test-source.ts";

/** The provider's own figures: where they are read, and what they say beside the ledger's. */
export interface MonitoringDesk {
  status(): Promise<MonitoringStatus>;
  /** Keeps address and AccessKey when they answer; empty id and secret stand for the AccessKey that is kept already. */
  setUp(input: Input<"monitoring.setUp">): Promise<MonitoringSetUp>;
  test(region: string): Promise<MonitoringTest>;
  remove(region: string): Promise<MonitoringStatus>;
  /** Days that were read as counting otherwise are asked for again. */
  setCounting(region: string, counting: SavedSource["counting"]): Promise<MonitoringStatus>;
  setThreshold(percent: number): Promise<MonitoringStatus>;
  linkKey(
    region: string,
    link: Pick<Input<"monitoring.linkKey">, "fingerprint" | "provider" | "inFile">,
  ): Promise<MonitoringStatus>;
  reconcile(
    query: Input<"monitoring.reconcile">,
    how?: {
      readonly signal?: AbortSignal;
      /** Instead of the address that is set up, for this once. */
      readonly url?: string;
    },
  ): Promise<Reconciliation>;
  /** Stops what is under way. */
  stop(): void;
}

export interface MonitoringDeskOptions {
  readonly sources: SourcesFile;
  readonly accessKeys: AccessKeys;
  readonly egress: Egress;
  readonly ownHours: (query: OwnHoursQuery) => Promise<readonly OwnHour[]>;
  /** Folder of the figures that are final. */
  readonly cacheFolder: string;
  readonly now?: () => number;
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

const longestDays = 92;

export function createMonitoringDesk(options: MonitoringDeskOptions): MonitoringDesk {
  const { sources, accessKeys, now = Date.now } = options;
  const readAt = new Map<string, number>();
  const running = createRunning();
  const status = async (): Promise<MonitoringStatus> => ({
    sources: await Promise.all(
      sources.all().map(async ({ region, url, counting }) => ({
        region,
        url,
        counting,
        accessKey: await accessKeys.status(url),
        readAt: isoOrNull(readAt.get(region)),
      })),
    ),
    regions: [...monitoredRegions],
    thresholdPercent: sources.threshold(),
  });

  return {
    status,
    setUp: (input) => running.run((signal) => setUp(options, input, signal)),
    test: (region) =>
      running.run(async (signal) => {
        const source = find(sources, region);
        return testSource(readerOf(options, source, await accessKeys.get(source.url)), signal);
      }),
    async remove(region) {
      const { url } = find(sources, region);
      const isShared = sources
        .all()
        .some((one) => one.region !== region && sameOrigin(one.url, url));
      if (!isShared) await accessKeys.remove(url);
      createHoursCache(options.cacheFolder, url).clear();
      sources.forget(region);
      return status();
    },
    async setCounting(region, counting) {
      sources.keep({ ...find(sources, region), counting });
      return status();
    },
    setThreshold(percent) {
      sources.setThreshold(percent);
      return status();
    },
    async linkKey(region, link) {
      linkKey(sources, region, link);
      return status();
    },
    reconcile: (query, { signal: outside, url } = {}) =>
      running.run(async (signal) => {
        const source =
          url === undefined ? find(sources, query.region) : onceAt(sources, query, url);
        const report = await compare(options, { source, query, at: now() }, signal);
        readAt.set(query.region, now());
        return report;
      }, outside),
    stop: () => running.stop(),
  };
}

/** Puts a key in place of what was said of it before. */
function linkKey(
  sources: SourcesFile,
  region: string,
  { fingerprint, provider, inFile = false }: Parameters<MonitoringDesk["linkKey"]>[1],
): void {
  const others = (links: readonly Omit<KeyLink, "link">[]): Omit<KeyLink, "link">[] => [
    ...links.filter((link) => link.fingerprint !== fingerprint),
    ...(provider === null ? [] : [{ fingerprint, provider }]),
  ];
  if (inFile) {
    sources.keepBillLinks(region, others(sources.billLinks(region)));
    return;
  }
  const source = find(sources, region);
  sources.keep({ ...source, links: others(source.links) });
}

interface Comparison {
  readonly source: SavedSource;
  readonly query: Input<"monitoring.reconcile">;
  readonly at: number;
}

async function compare(
  options: MonitoringDeskOptions,
  { source, query, at }: Comparison,
  signal: AbortSignal,
): Promise<Reconciliation> {
  const { region, thresholdPercent = options.sources.threshold() } = query;
  const stretch = stretchOf(query, at);
  const wider = { from: stretch.from - hourMs, to: stretch.to + hourMs };
  const key = await options.accessKeys.get(source.url);
  const theirs = await readerOf(options, source, key).read(wider, signal);
  const ours = await options.ownHours({ region, ...wider });
  const reconciled = reconcile({ ours, theirs, links: source.links, stretch, now: at });
  const { counting } = theirs;
  return reconciliationReport(reconciled, {
    region,
    stretch,
    readAt: at,
    counting,
    thresholdPercent,
  });
}

async function setUp(
  options: MonitoringDeskOptions,
  input: Input<"monitoring.setUp">,
  signal: AbortSignal,
): Promise<MonitoringSetUp> {
  const { sources, accessKeys } = options;
  const { region, persist, accessKeyId, accessKeySecret, counting = "auto" } = input;
  if (!monitoredRegions.includes(region))
    throw new AppError(
      "invalid-input",
      `Model Studio has no monitoring with an HTTP API in ${region}, but in ${monitoredRegions.join(", ")}.`,
    );
  const url = baseOf(input.url);
  const given = { id: accessKeyId, secret: accessKeySecret };
  const isGiven = accessKeyId.trim() !== "" || accessKeySecret.trim() !== "";
  const key = isGiven ? accessKeys.bind(url, given) : await accessKeys.get(url);
  if (key === null)
    throw new AppError("invalid-input", "Enter the AccessKey: its id and its secret.");
  const links = sources.find(region)?.links ?? [];
  const source: SavedSource = { region, url, counting, links };
  const test = await testSource(readerOf(options, source, key), signal);
  if (test.outcome !== "works" && test.outcome !== "empty")
    return { test, kept: null, keptReason: null };
  sources.keep(source);
  if (isGiven) {
    const { kept, reason } = await accessKeys.save(url, given, persist);
    return { test, kept, keptReason: reason };
  }
  const { source: place } = await accessKeys.status(url);
  return { test, kept: place === "keychain" ? "keychain" : "memory", keptReason: null };
}

function readerOf(
  { egress, cacheFolder, now = Date.now, wait = waitFor }: MonitoringDeskOptions,
  { url, counting }: SavedSource,
  key: BoundKey | null,
): HoursReader {
  const client = createPrometheusClient({ egress, url, key, wait });
  return createHoursReader({ client, cache: createHoursCache(cacheFolder, url), counting, now });
}

/** The base address, whatever of the API's own paths was pasted with it. Throws invalid-input for one that no key may go to. */
function baseOf(text: string): string {
  const url = text.trim();
  assertUsable(url);
  const { origin, pathname } = new URL(url);
  return `${origin}${pathname.replace(/\/+$/, "").replace(/\/api\/v1(?:\/query(?:_range)?)?$/, "")}`;
}

function find(sources: SourcesFile, region: string): SavedSource {
  const source = sources.find(region);
  if (source !== null) return source;
  throw new AppError(
    "not-found",
    `No monitoring is set up for ${region}. Enter the HTTP API URL of its Prometheus instance and an AccessKey in Settings.`,
  );
}

/** An address for one run, with what is known of the region's keys. */
function onceAt(
  sources: SourcesFile,
  { region }: Input<"monitoring.reconcile">,
  url: string,
): SavedSource {
  const { links = [], counting = "auto" } = sources.find(region) ?? {};
  return { region, url: baseOf(url), counting, links };
}

/** Whole hours, none of them in the future. */
function stretchOf({ since, until }: Input<"monitoring.reconcile">, now: number): Stretch {
  const from = hourOf(Date.parse(since));
  const to = Math.min(ceiling(Date.parse(until)), ceiling(now));
  if (to <= from)
    throw new AppError("invalid-input", "There is no past hour between these two times.");
  if (to - from > longestDays * 24 * hourMs)
    throw new AppError(
      "invalid-input",
      `Compare ${longestDays} days at most: choose a later start.`,
    );
  return { from, to };
}

const ceiling = (at: number): number => Math.ceil(at / hourMs) * hourMs;
const sameOrigin = (one: string, other: string): boolean =>
  new URL(one).origin === new URL(other).origin;
const isoOrNull = (at: number | undefined): string | null =>
  at === undefined ? null : new Date(at).toISOString();

const cancelled = (): AppError => new AppError("cancelled", "It was stopped.");

async function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await setTimeout(ms, undefined, { signal });
  } catch {
    throw cancelled();
  }
}

/** What is under way, so that it can be stopped. */
function createRunning(): {
  run<T>(work: (signal: AbortSignal) => Promise<T>, outside?: AbortSignal): Promise<T>;
  stop(): void;
} {
  const controllers = new Set<AbortController>();
  return {
    async run(work, outside) {
      const controller = new AbortController();
      const stop = (): void => controller.abort(cancelled());
      if (outside?.aborted === true) stop();
      outside?.addEventListener("abort", stop, { once: true });
      controllers.add(controller);
      try {
        return await work(controller.signal);
      } finally {
        controllers.delete(controller);
        outside?.removeEventListener("abort", stop);
      }
    },
    stop: () => {
      for (const controller of controllers) controller.abort(cancelled());
    },
  };
}
