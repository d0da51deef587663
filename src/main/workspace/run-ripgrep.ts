import { AppError } from "../../shared/errors.ts";
import { ripgrepPath } from "../shell/ripgrep.ts";
import { runProgram, type ProgramResult } from "../shell/run-program.ts";
import { followInside, resolveInside } from "./confine.ts";
import { createIgnoreRules, type IgnoreRules } from "./ignore.ts";
import { pathKind } from "./path-kind.ts";
import type { Workspace } from "./workspace.ts";

/** A part of the workspace to look through. */
export interface SearchPlace {
  /** Relative to the workspace; "" is all of it. */
  readonly start: string;
  /** Null when `start` is itself ignored: who names it wants to see what is in it. */
  readonly rules: IgnoreRules | null;
}

export async function searchPlace(
  workspace: Workspace,
  path: string | undefined,
): Promise<SearchPlace> {
  const rules = createIgnoreRules(workspace);
  if (path === undefined || path === "") return { start: "", rules };
  const { relative: start } = await followInside(workspace, await resolveInside(workspace, path));
  if (start === "") return { start, rules };
  if ((await pathKind(workspace, start)).kind === "missing")
    throw new AppError("not-found", `There is no file or folder ${start}.`);
  const isIgnored = (await rules.ignores(start, true)) || (await rules.ignores(start, false));
  return { start, rules: isIgnored ? null : rules };
}

/**
 * Runs the bundled ripgrep on a place: no configuration file, no links followed, `.git` left out. What ignore files say is
 * a first narrowing only, since a glob given to ripgrep overrides it; callers ask `place.rules` about every path they show.
 */
export async function runRipgrep(
  workspace: Workspace,
  place: SearchPlace,
  call: {
    readonly values: readonly string[];
    readonly signal: AbortSignal;
    readonly onOutput?: (chunk: Buffer) => Promise<void>;
  },
): Promise<ProgramResult> {
  return runProgram(
    ripgrepPath,
    [
      "--no-config",
      "--no-follow",
      "--hidden",
      "--no-require-git",
      "--no-ignore-global",
      "--no-ignore-parent",
      "--no-ignore-dot",
      "--no-messages",
      ...(place.rules === null ? ["--no-ignore"] : []),
      ...call.values,
      "--glob=!**/.git",
      "--",
      place.start === "" ? "./" : `./${place.start}`,
    ],
    {
      cwd: workspace.root,
      signal: call.signal,
      timeoutMs: 60_000,
      maxBytes: 32 * 1024 * 1024,
      ...(call.onOutput === undefined ? {} : { onOutput: call.onOutput }),
    },
  );
}

/** Throws what ripgrep said when it could not search at all. Exit code 1 means "nothing found", 2 with output "some files unreadable". */
export function assertSearched(result: ProgramResult): void {
  if (result.exitCode === 2 && result.stdout === "") {
    const said = result.stderr.trim().slice(0, 1000);
    if (said !== "") throw new AppError("invalid-input", said);
  }
}

/** Ripgrep's path as the workspace names it. */
export const withoutDot = (path: string): string => path.replaceAll("\\", "/").replace(/^\.\//, "");
