/** A process that spends and exports, over and over, on a ledger that others use too: HOME TIMES. */
import { openTelemetry, spend } from "./telemetry-fixture.ts";

const [home = "", times = "0"] = process.argv.slice(2);
const fixture = await openTelemetry(home);
for (let one = 0; one < Number(times); one += 1) {
  await spend(fixture.history);
  await fixture.desk.check();
}
await fixture[Symbol.asyncDispose]();
