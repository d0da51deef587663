import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

/** Everything under plain Node (and happy-dom by pragma), the end-to-end tests in the real Electron, and the packaged program. */
export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  plugins: [react()],
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "core",
          include: ["test/{shared,main,renderer,wired}/**/*.test.{ts,tsx}"],
          // For what hangs. What is slow because the machine is busy is no failure.
          testTimeout: 120_000,
          hookTimeout: 120_000,
          expect: { poll: { timeout: 20_000 } },
        },
      },
      {
        extends: true,
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          // A machine that is slow for a moment is no failure.
          expect: { poll: { timeout: 60_000 } },
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "packaged",
          include: ["test/packaged/**/*.test.ts"],
          testTimeout: 240_000,
          hookTimeout: 240_000,
          expect: { poll: { timeout: 60_000 } },
          fileParallelism: false,
        },
      },
    ],
  },
});
