/** Where each region's endpoint is under the one simulated origin. Plan hosts have neither a model list nor the general keys. */
export const simulatedRegions = {
  singapore: "/compatible-mode/v1",
  beijing: "/beijing/compatible-mode/v1",
  virginia: "/virginia/compatible-mode/v1",
  "hong-kong": "/hong-kong/compatible-mode/v1",
  "coding-plan": "/coding-plan/v1",
  "coding-plan-china": "/coding-plan-china/v1",
} as const;

export type SimulatedRegion = keyof typeof simulatedRegions;

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of the table above
const regionNames = Object.keys(simulatedRegions) as SimulatedRegion[];

export interface Place {
  readonly region: SimulatedRegion;
  readonly isPlan: boolean;
  /** What is left of the path, such as `/models`. */
  readonly rest: string;
}

/** Which region's endpoint a path belongs to; undefined outside all of them. */
export function placeOf(path: string): Place | undefined {
  for (const region of regionNames) {
    const base = simulatedRegions[region];
    if (path.startsWith(`${base}/`))
      return { region, isPlan: region.startsWith("coding-plan"), rest: path.slice(base.length) };
  }
  return undefined;
}
