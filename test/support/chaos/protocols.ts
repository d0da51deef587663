import { hearNative } from "../hear-native.ts";
import { hear } from "../hear-provider.ts";
import type { ChaosProtocol } from "./check-stream.ts";
import { nativeFrames } from "./native-frames.ts";
import { openAiFrames } from "./openai-frames.ts";

const openAiUrl = "http://127.0.0.1:1/v1";
const nativeUrl = "http://127.0.0.1:1/api/v1";
const backOff = { attempts: 1, firstWaitMs: 1, longestWaitMs: 1 };

export const chaosProtocols: readonly ChaosProtocol[] = [
  {
    name: "openai",
    frames: openAiFrames,
    hear: (fetch, idleTimeoutMs) => hear({ baseUrl: openAiUrl, fetch, backOff, idleTimeoutMs }),
  },
  {
    name: "dashscope",
    frames: nativeFrames,
    hear: (fetch, idleTimeoutMs) =>
      hearNative({ baseUrl: nativeUrl, fetch, backOff, idleTimeoutMs }),
  },
];
