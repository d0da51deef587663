import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import tailwindcss from "@tailwindcss/vite";
import { defineConfig } from "electron-vite";

// Everything but the native parts is bundled: one file to read at start is what makes the start fast.
const native = ["electron", "better-sqlite3", "keytar", "@vscode/ripgrep"];

const entities = "decode-named-character-reference";

export default defineConfig({
  main: {
    build: {
      externalizeDeps: false,
      sourcemap: true,
      rollupOptions: {
        external: native,
        input: {
          index: "src/main/index.ts",
          cli: "src/main/cli.ts",
          "history-worker": "src/main/history/history-worker.ts",
          "baseline-worker": "src/main/checkpoints/baseline/baseline-worker.ts",
        },
        // No blanks: less to read and compile is a tenth of the start. Names stay, for stacks in the log.
        // Chunks stay beside the entries, so that a worker's file is found next to whoever starts it.
        output: {
          format: "es",
          entryFileNames: "[name].js",
          chunkFileNames: "[name]-[hash].js",
          minify: { mangle: false, compress: false, codegen: { removeWhitespace: true } },
        },
      },
    },
  },
  preload: {
    build: {
      externalizeDeps: false,
      rollupOptions: {
        input: { index: "src/preload/index.ts" },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    root: "src/renderer",
    // Its form for browsers decodes "&amp;" by writing markup, which the page's policy forbids: a model's answer would end the window.
    resolve: { alias: { [entities]: fileURLToPath(import.meta.resolve(entities)) } },
    build: {
      // No data: addresses: the page's policy loads fonts from its own files only.
      assetsInlineLimit: 0,
      rollupOptions: {
        input: { index: "src/renderer/index.html", "quick-ask": "src/renderer/quick-ask.html" },
      },
    },
    plugins: [react(), tailwindcss()],
  },
});
