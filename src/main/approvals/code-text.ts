/** Programs that take code, or a command line, as an argument: what of it looks like a command is read as one. */
const codeTakers =
  /^(?:python[\d.]*|node|deno|bun|perl|ruby|php|lua|osascript|g?awk|mawk|nawk|alias|make|gmake|vim?|nvim|ex|emacs|tar|rsync|scp|script|expect|gdb|lldb|sqlite3|parallel|entr|at|batch|flock|runuser|systemd-run|screen|tmux|docker|podman|kubectl|wsl|powershell|pwsh)$/;
const gitRunners = /^(?:foreach|bisect|rebase|filter-branch|difftool|mergetool)$/;

const quoted = /"((?:[^"\\\n]|\\.)*)"|'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\\n]|\\.)*)`/g;

/** More is not looked at: what is longer is a program, and not a call. */
const mostCharacters = 100_000;

/**
 * Command lines that may stand in the code that a program is given: each argument with a blank, each string in it, and the strings of one
 * line together, as in a list of arguments. For finding dangers only; most of them are no commands at all.
 */
export function commandsInCode(
  name: string,
  given: readonly string[],
  heredoc: string | null,
): readonly string[] {
  const takes =
    codeTakers.test(name) || (name === "git" && given.some((one) => gitRunners.test(one)));
  if (!takes) return [];
  const texts = [
    ...given.filter((one) => /\s|=/.test(one)),
    ...(heredoc === null ? [] : [heredoc]),
  ];
  const lines = texts.filter((text) => !text.includes("\n"));
  return [
    ...lines,
    ...lines.map((text) => text.replace(/^(?:[\w.-]+=)+/, "").replace(/^:?!/, "")),
    ...texts.flatMap((text) => stringsIn(text.slice(0, mostCharacters))),
  ];
}

function stringsIn(text: string): readonly string[] {
  const found: string[] = [];
  for (const line of text.split("\n")) {
    const own = Array.from(
      line.matchAll(quoted),
      ([, one, two, three]) => one ?? two ?? three ?? "",
    );
    found.push(...own);
    if (own.length > 1) found.push(own.join(" "));
  }
  return found;
}
