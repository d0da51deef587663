/** What the simulation knows of a model: limits as the real service's errors and pages give them. */
export interface SimulatedModel {
  readonly id: string;
  readonly maxInput: number;
  readonly maxOutput: number;
  readonly thinking: boolean;
  readonly cache: boolean;
  /** On the native protocol only the multimodal endpoint serves it [agentscope#1295, #1316]. */
  readonly multimodal?: true;
  /** On the native protocol: answers in messages, and only by what is new. Others begin with text and everything so far [documented]. */
  readonly incrementalOnly?: true;
  /** Calls fail with model_not_found from 2026-10-10 on. */
  readonly retired?: true;
}

const coder = { maxOutput: 65_536, thinking: false } as const;
const openWeight = { ...coder, incrementalOnly: true } as const;
const general = { maxOutput: 65_536, thinking: true, cache: true } as const;
const multimodal = { ...general, multimodal: true } as const;

export const simulatedModels: readonly SimulatedModel[] = [
  { id: "qwen3-coder-flash", maxInput: 997_952, cache: true, ...coder },
  { id: "qwen3-coder-flash-2025-07-28", maxInput: 997_952, cache: false, ...coder },
  { id: "qwen3.7-plus", maxInput: 991_808, ...multimodal },
  { id: "qwen3.7-max", maxInput: 991_808, ...multimodal },
  { id: "qwen3.7-flash", maxInput: 991_808, ...multimodal },
  { id: "qwen3.6-plus", maxInput: 983_616, ...multimodal },
  { id: "qwen3.5-plus", maxInput: 991_808, ...multimodal },
  { id: "qwen3.5-flash", maxInput: 991_808, ...multimodal },
  { id: "qwen3.8-max", maxInput: 991_808, ...multimodal, maxOutput: 131_072 },
  { id: "qwen-plus", maxInput: 997_952, ...general, maxOutput: 32_768 },
  { id: "qwen-flash", maxInput: 997_952, ...general, maxOutput: 32_768 },
  { id: "qwen3-coder-next", maxInput: 204_800, cache: false, ...openWeight, retired: true },
  { id: "qwen3-coder-plus", maxInput: 997_952, cache: true, ...coder, retired: true },
  {
    id: "qwen3-coder-480b-a35b-instruct",
    maxInput: 204_800,
    cache: false,
    ...openWeight,
    retired: true,
  },
  {
    id: "qwen3-coder-30b-a3b-instruct",
    maxInput: 204_800,
    cache: false,
    ...openWeight,
    retired: true,
  },
  { id: "qwen3-max", maxInput: 258_048, ...general, retired: true },
];

/** A model that is named in the options but not in the table gets these. */
const unknownModelLimits = {
  maxInput: 129_024,
  maxOutput: 8_192,
  thinking: false,
  cache: false,
};

/** The limits of a model, known or not. */
export const modelById = (id: string): SimulatedModel =>
  simulatedModels.find((entry) => entry.id === id) ?? { id, ...unknownModelLimits };
