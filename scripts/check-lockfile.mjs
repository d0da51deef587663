// The lock file must be complete for every platform, and name no host.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./prepare.mjs";

const platforms = [
  "darwin-arm64",
  "darwin-x64",
  "win32-x64",
  "win32-arm64",
  "linux-x64",
  "linux-arm64",
];

/** Problems of a lock file, one line each: parts its packages declare for a platform and it does not hold, and addresses. */
export function lockfileProblems(lock) {
  const problems = [];
  const held = new Set(
    Object.keys(lock.packages).map((path) => path.split("node_modules/").at(-1)),
  );
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (typeof entry.resolved === "string" && /^https?:/.test(entry.resolved))
      problems.push(`${path} names an address: ${entry.resolved}`);
    for (const name of Object.keys(entry.optionalDependencies ?? {})) {
      if (platforms.some((platform) => name.includes(platform)) && !held.has(name))
        problems.push(`${path} lacks ${name}`);
    }
  }
  return problems;
}

if (process.argv[1] === join(root, "scripts/check-lockfile.mjs")) {
  const problems = lockfileProblems(
    JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")),
  );
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log("package-lock.json is complete for all platforms.");
  process.exitCode = problems.length > 0 ? 1 : 0;
}
