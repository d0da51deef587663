// npm run audit: known weaknesses of the packages that the lock file names. Where the registry does not answer, it says so and ends well.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { npmCommand } from "./npm.mjs";
import { root } from "./prepare.mjs";

/** What npm's report comes to: `{ code, text }`. Only what is shipped counts, from "high" on; a registry that does not answer is no failure. */
export function judge(report) {
  let parsed;
  try {
    parsed = JSON.parse(report);
  } catch {
    return { code: 0, text: "No audit: npm gave no report." };
  }
  const counts = parsed?.metadata?.vulnerabilities;
  if (counts === undefined)
    return { code: 0, text: "No audit: the registry does not answer questions of this kind." };
  const grave = (counts.high ?? 0) + (counts.critical ?? 0);
  const names = Object.values(parsed.vulnerabilities ?? {})
    .filter(({ severity }) => severity === "high" || severity === "critical")
    .map(({ name, range }) => `${name} ${range}`);
  return grave === 0
    ? { code: 0, text: `Audited: nothing grave (${counts.total ?? 0} in all).` }
    : { code: 1, text: `Known weaknesses: ${names.join(", ")}. Run: npm audit --omit=dev` };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [npm, ...words] = npmCommand();
  const { stdout } = spawnSync(
    npm,
    [...words, "audit", "--omit=dev", "--json", "--fetch-retries=0", "--fetch-timeout=15000"],
    { cwd: root, encoding: "utf8" },
  );
  const { code, text } = judge(stdout);
  console.log(`Belay: ${text}`);
  process.exitCode = code;
}
