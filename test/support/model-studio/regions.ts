/**
 * Where each region's endpoint is under the one simulated origin. Plan hosts have neither a model list nor the general keys nor
 * the native protocol. Frankfurt and Japan are reached by a workspace's own domain only, which is a folder of the path here.
 */
export const simulatedRegions = {
  singapore: "/compatible-mode/v1",
  beijing: "/beijing/compatible-mode/v1",
  virginia: "/virginia/compatible-mode/v1",
  "hong-kong": "/hong-kong/compatible-mode/v1",
  frankfurt: "/frankfurt/ws-simulated/compatible-mode/v1",
  japan: "/japan/ws-simulated/compatible-mode/v1",
  "coding-plan": "/coding-plan/v1",
  "coding-plan-china": "/coding-plan-china/v1",
  "token-plan": "/token-plan/compatible-mode/v1",
  "token-plan-china": "/token-plan-china/compatible-mode/v1",
} as const;

export type SimulatedRegion = keyof typeof simulatedRegions;
export type SimulatedProtocol = "openai" | "dashscope";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
const regionNames = Object.keys(simulatedRegions) as SimulatedRegion[];

export interface Place {
  readonly region: SimulatedRegion;
  readonly protocol: SimulatedProtocol;
  readonly plan: "coding" | "token" | null;
  /** What is left of the path, such as `/models`. */
  readonly rest: string;
}

const planOf = (region: SimulatedRegion): Place["plan"] => {
  if (region.startsWith("coding-plan")) return "coding";
  return region.startsWith("token-plan") ? "token" : null;
};

/** The native endpoint is beside the compatible one [documented]. */
const nativeBase = (base: string): string => base.replace("/compatible-mode/v1", "/api/v1");

/** Which region's endpoint a path belongs to; undefined outside all of them. */
export function placeOf(path: string): Place | undefined {
  for (const region of regionNames) {
    const base = simulatedRegions[region];
    const plan = planOf(region);
    if (path.startsWith(`${base}/`))
      return { region, protocol: "openai", plan, rest: path.slice(base.length) };
    const native = nativeBase(base);
    if (plan === null && path.startsWith(`${native}/`))
      return { region, protocol: "dashscope", plan, rest: path.slice(native.length) };
  }
  return undefined;
}
