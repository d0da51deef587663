/**
 * Folders that a package manager or a build tool fills and can fill again. Only their presence is known: their contents are
 * neither looked at nor kept. A name alone decides where nobody keeps work under it; common words need evidence beside or inside.
 */
const alwaysHeavy: ReadonlySet<string> = new Set([
  "node_modules",
  "bower_components",
  "jspm_packages",
  ".pnpm-store",
  ".venv",
  "__pycache__",
  ".tox",
  ".nox",
  ".pytest_cache",
  ".mypy_cache",
  ".ruff_cache",
  ".gradle",
  ".terraform",
  ".dart_tool",
  ".next",
  ".nuxt",
  ".svelte-kit",
  ".turbo",
  ".parcel-cache",
  ".angular",
  ".stack-work",
  "dist-newstyle",
  "elm-stuff",
  ".zig-cache",
  "DerivedData",
]);

/** A word that people use too, and what shows that it is the tool's folder: a file beside it or one inside it. */
interface Evidence {
  readonly beside?: readonly string[];
  readonly inside?: readonly string[];
}

const heavyWithEvidence: ReadonlyMap<string, Evidence> = new Map([
  ["venv", { inside: ["pyvenv.cfg"] }],
  ["env", { inside: ["pyvenv.cfg"] }],
  [
    "target",
    { beside: ["Cargo.toml", "pom.xml", "build.sbt", "project.clj"], inside: ["CACHEDIR.TAG"] },
  ],
  ["Pods", { beside: ["Podfile"] }],
  ["vendor", { inside: ["autoload.php"] }],
  ["_build", { beside: ["mix.exs", "rebar.config", "dune-project"] }],
  ["deps", { beside: ["mix.exs"] }],
  ["build", { inside: ["CMakeCache.txt"] }],
]);

/** Every name that may be heavy, for asking git which tracked files lie under one. */
export const heavyNames: readonly string[] = [...alwaysHeavy, ...heavyWithEvidence.keys()];

/** What is known of a folder while its parent is listed. `inside` looks into it, and is asked only when needed. */
export interface FolderSight {
  readonly name: string;
  readonly siblings: readonly string[];
  inside(file: string): boolean;
}

/** Whether a folder is of the built-in list. What is tracked in it is the caller's to ask. */
export function isHeavyFolder(sight: FolderSight): boolean {
  if (alwaysHeavy.has(sight.name)) return true;
  const evidence = heavyWithEvidence.get(sight.name);
  if (evidence === undefined) return false;
  return (
    evidence.beside?.some((file) => sight.siblings.includes(file)) === true ||
    evidence.inside?.some((file) => sight.inside(file)) === true
  );
}

/** The folders with a name of the list in which one of these paths lies: they are no heavy ones. */
export function foldersInUse(tracked: Iterable<string>): ReadonlySet<string> {
  const names = new Set(heavyNames);
  const found = new Set<string>();
  for (const path of tracked) {
    const parts = path.split("/");
    for (let depth = 1; depth < parts.length; depth += 1)
      if (names.has(parts[depth - 1] ?? "")) found.add(parts.slice(0, depth).join("/"));
  }
  return found;
}
