import { createNativeProvider } from "../hear-native.ts";
import { createProvider } from "../hear-provider.ts";
import type { ChaosProtocol, Patience } from "./check-stream.ts";
import { nativeFrames } from "./native-frames.ts";
import { openAiFrames } from "./openai-frames.ts";

const origin = "http://127.0.0.1:1";

const optionsOf = ({ idleTimeoutMs, attempts }: Patience) => ({
  idleTimeoutMs,
  backOff: { attempts, firstWaitMs: 1, longestWaitMs: 1 },
});

export const chaosProtocols: readonly ChaosProtocol[] = [
  {
    name: "openai",
    frames: openAiFrames,
    port: (fetch, patience) =>
      createProvider({ baseUrl: `${origin}/v1`, fetch, ...optionsOf(patience) }),
  },
  {
    name: "dashscope",
    frames: nativeFrames,
    port: (fetch, patience) =>
      createNativeProvider({ baseUrl: `${origin}/api/v1`, fetch, ...optionsOf(patience) }),
  },
];
