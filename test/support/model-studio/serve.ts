import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { flavours } from "./flavours.ts";
import type { ScriptedResponse } from "./script.ts";
import { startModelStudio, type ModelStudioOptions } from "./server.ts";

/**
 * The simulation as a process: `node serve.ts --script FILE [--port N] [--keys A,B] [--models A,B] [--requests FILE]
 * [--flavour model-studio|ollama|llama.cpp|lm-studio|vllm|bare] [--without-tools]`.
 * Prints one line `{"baseUrl", "regionUrls"}` and serves until it is ended; `--requests` then holds what was asked, as JSON lines.
 */
const { values } = parseArgs({
  options: {
    script: { type: "string" },
    port: { type: "string", default: "0" },
    keys: { type: "string" },
    models: { type: "string" },
    requests: { type: "string" },
    flavour: { type: "string" },
    "without-tools": { type: "boolean", default: false },
  },
});

const readScript = (file: string): readonly ScriptedResponse[] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the file is written by the test that starts this
  JSON.parse(readFileSync(file, "utf8")) as ScriptedResponse[];

const isFlavour = (name: string): name is NonNullable<ModelStudioOptions["flavour"]> =>
  name === "model-studio" || name in flavours;

const { flavour = "model-studio" } = values;
if (!isFlavour(flavour)) {
  process.stderr.write(
    `There is no flavour ${flavour}. Use model-studio or ${Object.keys(flavours).join(", ")}.\n`,
  );
  process.exit(2);
}

const options: ModelStudioOptions = {
  flavour,
  withoutTools: values["without-tools"],
  port: Number(values.port),
  ...(values.script === undefined ? {} : { script: readScript(values.script) }),
  ...(values.keys === undefined ? {} : { keys: values.keys.split(",") }),
  ...(values.models === undefined ? {} : { models: values.models.split(",") }),
};
const studio = await startModelStudio(options);
process.stdout.write(
  `${JSON.stringify({ baseUrl: studio.baseUrl, regionUrls: studio.regionUrls })}\n`,
);

const end = (): void => {
  const { requests: file } = values;
  if (file !== undefined)
    writeFileSync(file, studio.requests.map((request) => `${JSON.stringify(request)}\n`).join(""));
  process.exit(0);
};
process.on("SIGTERM", end);
process.on("SIGINT", end);
// Ends with whoever started it, also when that one was killed.
process.stdin.on("end", end).resume();
