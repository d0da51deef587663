import { hear } from "../hear-provider.ts";
import type { ChaosProtocol } from "./check-stream.ts";
import { openAiFrames } from "./openai-frames.ts";

const baseUrl = "http://127.0.0.1:1/v1";
const backOff = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1 };

export const chaosProtocols: readonly ChaosProtocol[] = [
  {
    name: "openai",
    frames: openAiFrames,
    hear: (fetch, idleTimeoutMs) => hear({ baseUrl, fetch, backOff, idleTimeoutMs }),
  },
];
