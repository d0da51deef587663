import { parseArgs } from "node:util";
import { prove } from "./prove-sequences.ts";

/** `npm run prove -- --sequences 100000 --seed 1 [--from N]`: plays sequence after sequence; sequence N of seed S is always the same. */
const { values } = parseArgs({
  options: {
    sequences: { type: "string", default: "1000" },
    seed: { type: "string", default: "1" },
    from: { type: "string", default: "0" },
  },
});
const print = (line: string): void => void process.stdout.write(`${line}\n`);
const outcome = await prove(
  {
    sequences: Number(values.sequences),
    seed: Number(values.seed),
    from: Number(values.from),
  },
  print,
);
process.exitCode = outcome.violations.length === 0 ? 0 : 1;
