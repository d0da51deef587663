import { AppError } from "../../shared/errors.ts";

/** A place where Model Studio answers. Hosts as its documentation lists them on 2026-11-23. */
interface Region {
  readonly id: string;
  readonly label: string;
  readonly baseUrl: string;
  /** Whether the hosts take subscription keys (`sk-sp-…`) instead of general ones. */
  readonly plan: boolean;
}

const known: readonly Region[] = [
  {
    id: "singapore",
    label: "Singapore",
    baseUrl: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    plan: false,
  },
  {
    id: "beijing",
    label: "Beijing",
    baseUrl: "https://dashscope.aliyuncs.com/compatible-mode/v1",
    plan: false,
  },
  {
    id: "virginia",
    label: "Virginia",
    baseUrl: "https://dashscope-us.aliyuncs.com/compatible-mode/v1",
    plan: false,
  },
  {
    id: "hong-kong",
    label: "Hong Kong",
    baseUrl: "https://cn-hongkong.dashscope.aliyuncs.com/compatible-mode/v1",
    plan: false,
  },
  {
    id: "coding-plan",
    label: "Coding Plan",
    baseUrl: "https://coding-intl.dashscope.aliyuncs.com/v1",
    plan: true,
  },
  {
    id: "coding-plan-china",
    label: "Coding Plan (China)",
    baseUrl: "https://coding.dashscope.aliyuncs.com/v1",
    plan: true,
  },
  {
    id: "token-plan",
    label: "Token Plan",
    baseUrl: "https://token-plan.ap-southeast-1.maas.aliyuncs.com/compatible-mode/v1",
    plan: true,
  },
];

/** The regions in the order in which a key is tried. */
export interface Regions {
  all(): readonly Region[];
  byId(id: string): Region | undefined;
  /** By a base URL or its origin. */
  byBaseUrl(url: string): Region | undefined;
}

/** `BELAY_REGION_URLS` (JSON: id → base URL on this machine) points regions at a simulated provider, for tests. */
export function createRegions(environment: Readonly<Record<string, string | undefined>>): Regions {
  const overrides = readOverrides(environment["BELAY_REGION_URLS"]);
  const regions = known.map((region) =>
    overrides[region.id] === undefined
      ? region
      : Object.assign({}, region, { baseUrl: overrides[region.id] }),
  );
  return {
    all: () => regions,
    byId: (id) => regions.find((region) => region.id === id),
    byBaseUrl: (url) =>
      regions.find((region) => region.baseUrl === url) ??
      regions.find((region) => new URL(region.baseUrl).origin === originOf(url)),
  };
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

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

/** Whether a URL names this machine. */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

/** Whether a URL is one of Model Studio's own hosts, workspace domains and plans among them. */
export const isModelStudio = (url: string): boolean =>
  URL.canParse(url) && new URL(url).hostname.endsWith(".aliyuncs.com");
