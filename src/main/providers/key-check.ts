import type { KeyCheck } from "../../shared/app.ts";
import { AppError, messageOf } from "../../shared/errors.ts";
import { assertUsable, isLoopback } from "../egress/key-origin.ts";
import type { Protocol } from "../../shared/events.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import { redact } from "./error-table.ts";
import { compatibleBase } from "./native-url.ts";
import { baseUrlOf, type Regions } from "./regions.ts";

/** An address to try a key at. */
export interface HostToTry {
  readonly region: string;
  readonly baseUrl: string;
}

export interface HostChoice {
  readonly regions: Regions;
  /** An endpoint of the person's own: the only one that is asked. */
  readonly baseUrl?: string;
  readonly region?: string;
  /** Of a workspace that has a domain of its own in each region. */
  readonly workspaceId?: string;
}

/**
 * Where a key is tried, in order: plan keys (`sk-sp-`) at the plan's hosts, others at the regions; no key at one server on this
 * machine. Throws invalid-input.
 */
export function hostsForKey(key: string, choice: HostChoice): readonly HostToTry[] {
  const hosts = chosenHosts(key, choice);
  if (key === "" && !hosts.every(({ baseUrl }) => isLoopback(baseUrl)))
    throw new AppError(
      "invalid-input",
      "A key is missing. Only a server on this machine needs none.",
    );
  return hosts;
}

function chosenHosts(key: string, choice: HostChoice): readonly HostToTry[] {
  const { regions, baseUrl = "", region = "" } = choice;
  const workspaceId =
    choice.workspaceId === undefined || choice.workspaceId === "" ? null : choice.workspaceId;
  if (baseUrl !== "") {
    assertUsable(baseUrl);
    return [{ baseUrl, region: regions.byBaseUrl(compatibleBase(baseUrl))?.id ?? "custom" }];
  }
  if (region !== "") {
    const known = regions.byId(region);
    if (known === undefined) throw new AppError("invalid-input", `There is no region "${region}".`);
    return [{ baseUrl: baseUrlOf(known, workspaceId), region: known.id }];
  }
  const kind = key.startsWith("sk-sp-") ? "plan" : "general";
  return regions.all().flatMap((entry) => {
    const hasHost =
      entry.baseUrl !== null || (workspaceId !== null && entry.workspaceBaseUrl !== null);
    return entry.kind === kind && hasHost
      ? [{ baseUrl: baseUrlOf(entry, workspaceId), region: entry.id }]
      : [];
  });
}

export interface KeyToCheck {
  readonly key: string;
  readonly hosts: readonly HostToTry[];
  readonly catalogue: Catalogue;
  readonly userAgent: string;
  readonly signal?: AbortSignal;
}

type HostResult = KeyCheck["hosts"][number] & {
  readonly ids: readonly string[];
  /** Which one the base URL is for. */
  readonly protocol: Protocol;
};

const noListMessage =
  "There is no list of models at this address. Is the base URL whole, such as https://host/compatible-mode/v1?";

const patienceMs = 10_000;

/** Asks every host for its list of models, which costs no tokens. The first in order that accepts the key is taken. */
export async function checkKey(
  check: KeyToCheck,
): Promise<Omit<KeyCheck, "kept" | "keptReason" | "dayBudgetSet">> {
  const results = await Promise.all(check.hosts.map((host) => ask(host, check)));
  const hosts = results.map(({ ids: _ids, protocol: _protocol, ...result }) => result);
  const accepted = results.find((result) => result.status === "accepted");
  if (accepted === undefined)
    return { hosts, region: null, model: null, models: [], protocol: null };
  const model = check.catalogue.choose(accepted.region, accepted.ids) ?? null;
  const { region, ids, protocol } = accepted;
  return { hosts, region, model, models: [...ids], protocol };
}

async function ask(host: HostToTry, check: KeyToCheck): Promise<HostResult> {
  const { key, signal } = check;
  assertUsable(host.baseUrl);
  const limit = AbortSignal.timeout(patienceMs);
  const ending = signal === undefined ? limit : AbortSignal.any([limit, signal]);
  try {
    // The native protocol has no list of models: its neighbour is asked. Others have an OpenAI-compatible API under such a path.
    const neighbour = compatibleBase(host.baseUrl);
    if (neighbour !== host.baseUrl) {
      const response = await listFrom(neighbour, check, ending);
      if (response.status !== 404)
        return await read(response, host, { key, protocol: "dashscope" });
    }
    const response = await listFrom(host.baseUrl, check, ending);
    return await read(response, host, { key, protocol: "openai" });
  } catch (error) {
    if (signal?.aborted === true) throw new AppError("cancelled", "Stopped", { cause: error });
    const why = limit.aborted
      ? "no answer within 10 seconds"
      : messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
    return { ...nothingFrom(host), status: "unreachable", message: redact(why, key) };
  }
}

function listFrom(
  baseUrl: string,
  { key, userAgent }: KeyToCheck,
  signal: AbortSignal,
): Promise<Response> {
  return fetch(`${baseUrl.replace(/\/$/, "")}/models`, {
    headers: {
      ...(key === "" ? {} : { Authorization: `Bearer ${key}` }),
      "User-Agent": userAgent,
    },
    redirect: "error",
    signal,
  });
}

const nothingFrom = ({ region, baseUrl }: HostToTry) => ({
  region,
  host: new URL(baseUrl).host,
  models: null,
  ids: [],
  protocol: "openai" as const,
});

async function read(
  response: Response,
  host: HostToTry,
  { key, protocol }: { readonly key: string; readonly protocol: Protocol },
): Promise<HostResult> {
  const base = { ...nothingFrom(host), protocol };
  const body = await response.text();
  // Plan hosts have no list: they answer 404 to a good key and 401 or 403 to a bad one.
  if (response.status === 404 && key.startsWith("sk-sp-"))
    return { ...base, status: "accepted", message: null };
  if (response.status === 404) return { ...base, status: "unreachable", message: noListMessage };
  if (!response.ok)
    return {
      ...base,
      status: response.status < 500 ? "rejected" : "unreachable",
      message: redact(messageIn(body, response.status), key),
    };
  const ids = idsIn(body);
  return { ...base, status: "accepted", models: ids.length, message: null, ids };
}

function idsIn(body: string): string[] {
  const parsed = parse(body);
  const data = parsed["data"];
  if (!Array.isArray(data)) return [];
  return data.flatMap((entry: unknown) =>
    typeof entry === "object" && entry !== null && "id" in entry && typeof entry.id === "string"
      ? [entry.id]
      : [],
  );
}

function messageIn(body: string, status: number): string {
  const { error, message } = parse(body);
  if (typeof error === "string") return error;
  if (
    typeof error === "object" &&
    error !== null &&
    "message" in error &&
    typeof error.message === "string"
  )
    return error.message;
  return typeof message === "string" ? message : `status ${status}`;
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
