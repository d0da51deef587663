import regionsFile from "../../../resources/catalogue/regions.json" with { type: "json" };

/** A place that answers. Hosts are data in resources/catalogue/regions.json, each with its source. */
export interface RegionFacts {
  readonly id: string;
  /** As the documentation says it. */
  readonly label: string;
  /** `plan`: takes subscription keys (`sk-sp-…`); `local`: a server on this machine, at its default port, which needs no key. */
  readonly kind: "general" | "plan" | "local";
  /** Null where every workspace has a domain of its own and there is no common host. */
  readonly baseUrl: string | null;
  /** With `{WorkspaceId}` in it; null = there are no such domains. */
  readonly workspaceBaseUrl: string | null;
  /** Whether the native protocol is served too. */
  readonly native: boolean;
  /** Whose prices and rate limits count there, its own first. */
  readonly scopes: readonly string[];
  /** Known from third parties only. */
  readonly reported: boolean;
}

const kindOf = (text: string): RegionFacts["kind"] =>
  text === "plan" || text === "local" ? text : "general";

/** In the order in which a key is tried. */
export const regionFacts: readonly RegionFacts[] = regionsFile.regions.map(
  ({ source: _source, ...region }) => Object.assign({}, region, { kind: kindOf(region.kind) }),
);

/** Undefined for a place that is not listed, such as an endpoint of the person's own. */
export const regionKind = (region: string): RegionFacts["kind"] | undefined =>
  regionFacts.find(({ id }) => id === region)?.kind;

/** Whether Model Studio itself answers there, by the token or by a plan. */
export const isModelStudioRegion = (region: string): boolean =>
  ["general", "plan"].includes(regionKind(region) ?? "local");

/** Scopes of deployment whose prices and limits count in a region; a region that is not listed is a scope of its own. */
export const scopesOf = (region: string): readonly string[] =>
  regionFacts.find(({ id }) => id === region)?.scopes ?? [region];
