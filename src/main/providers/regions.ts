import { AppError } from "../../shared/errors.ts";
import { regionFacts, type RegionFacts } from "../catalogue/region-facts.ts";
import { isLoopback } from "../egress/key-origin.ts";

/** The regions in the order in which a key is tried; plans and servers on this machine among them. */
export interface Regions {
  all(): readonly RegionFacts[];
  byId(id: string): RegionFacts | undefined;
  /** By a base URL or its origin, workspace domains among them. */
  byBaseUrl(url: string): RegionFacts | undefined;
}

/** `BELAY_REGION_URLS` (JSON: id → base URL on this machine) points regions at a simulated provider, for tests. */
export function createRegions(environment: Readonly<Record<string, string | undefined>>): Regions {
  const overrides = readOverrides(environment["BELAY_REGION_URLS"]);
  const regions = regionFacts.map((region) =>
    overrides[region.id] === undefined
      ? region
      : Object.assign({}, region, {
          baseUrl: overrides[region.id],
          workspaceBaseUrl: region.workspaceBaseUrl === null ? null : overrides[region.id],
        }),
  );
  return {
    all: () => regions,
    byId: (id) => regions.find((region) => region.id === id),
    byBaseUrl: (url) =>
      regions.find((region) => region.baseUrl === url) ??
      // A port of this machine says nothing of who listens there.
      regions.find(({ kind, baseUrl }) => kind !== "local" && sameOrigin(baseUrl, url)) ??
      regions.find((region) => isWorkspaceDomain(region, url)),
  };
}

/** The base URL of a region, or of a workspace's own domain there. Throws invalid-input where the region needs a workspace or has no such domains. */
export function baseUrlOf(region: RegionFacts, workspaceId: string | null): string {
  if (workspaceId !== null && region.workspaceBaseUrl !== null)
    return region.workspaceBaseUrl.replace("{WorkspaceId}", assertWorkspaceId(workspaceId));
  if (region.baseUrl !== null) return region.baseUrl;
  throw new AppError(
    "invalid-input",
    `${region.label} has no common host: every workspace has a domain of its own there. Enter the workspace's id, which the console shows as llm-… or ws-….`,
  );
}

/** One label of a host name: nothing in it may lead to another host. */
function assertWorkspaceId(id: string): string {
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i.test(id)) return id;
  throw new AppError(
    "invalid-input",
    `"${id}" is no workspace id. The console shows it as llm-… or ws-…: letters, digits and hyphens.`,
  );
}

function isWorkspaceDomain({ workspaceBaseUrl }: RegionFacts, url: string): boolean {
  if (workspaceBaseUrl === null || !URL.canParse(url)) return false;
  const [, suffix = ""] = new URL(workspaceBaseUrl.replace("{WorkspaceId}", "x")).hostname.split(
    /^x(?=\.)/,
  );
  const { protocol, hostname, port } = new URL(url);
  const label = hostname.endsWith(suffix) ? hostname.slice(0, -suffix.length) : "";
  return protocol === "https:" && port === "" && /^[a-z0-9-]+$/.test(label);
}

const sameOrigin = (one: string | null, other: string): boolean =>
  one !== null && URL.canParse(other) && new URL(one).origin === new URL(other).origin;

/** Only addresses of this machine: a variable must not send a key elsewhere. */
function readOverrides(text: string | undefined): Readonly<Record<string, string>> {
  if (text === undefined || text === "") return {};
  const parsed = parseJson(text);
  if (typeof parsed !== "object" || parsed === null) return {};
  return Object.fromEntries(
    Object.entries(parsed).filter(
      (entry): entry is [string, string] => typeof entry[1] === "string" && isLoopback(entry[1]),
    ),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new AppError(
      "invalid-input",
      'BELAY_REGION_URLS is no JSON. Write it as {"singapore": "http://127.0.0.1:PORT/…"}, or remove it.',
      { cause: error },
    );
  }
}

/** Whether a URL is one of Model Studio's own hosts, workspace domains and plans among them. */
export const isModelStudio = (url: string): boolean =>
  URL.canParse(url) && new URL(url).hostname.endsWith(".aliyuncs.com");
