import { commandsInCode } from "./code-text.ts";
import { readCommand, type SimpleCommand, type Word } from "./read-command.ts";

/** A program that a command line starts, by whatever way. */
export interface RunningProgram {
  /** Without its folder and in lower case: "rm". "" when only targets are written. */
  readonly name: string;
  readonly arguments: readonly Word[];
  readonly targets: readonly Word[];
  readonly isPiped: boolean;
  readonly heredoc: string | null;
  /** Variables set for it alone, or for what follows. */
  readonly sets: readonly string[];
  /** It is given its last arguments by another program (`xargs`, `find -exec`). */
  readonly isFed: boolean;
  /** Text that it is to run is put together only when it runs (`sh -c "$(…)"`). */
  readonly runsOpenText: boolean;
}

/** Every program that shows in a command line, and whether all of it could be read. */
export interface RunningPrograms {
  readonly programs: readonly RunningProgram[];
  /** Something in it cannot be read, or names its program by a variable. */
  readonly isUnclear: boolean;
}

const keywords = new Set(
  "if then elif else fi while until do done for case esac in select function coproc { } ! time [ [[ ]] ;;".split(
    " ",
  ),
);
/** Programs that run what their arguments name; the options that take a value of their own. */
const wrappers: Readonly<Record<string, RegExp>> = {
  sudo: /^-[ugphCcRrTtD]$/,
  doas: /^-[uC]$/,
  env: /^-[uCS]$/,
  nohup: /^$/,
  nice: /^-n$/,
  ionice: /^-[cnp]$/,
  time: /^-[fo]$/,
  timeout: /^-[ks]$/,
  command: /^$/,
  builtin: /^$/,
  exec: /^-a$/,
  xargs: /^-[IiLnPsdEea]$/,
  parallel: /^-[jIN]$/,
  stdbuf: /^-[ioe]$/,
  setsid: /^$/,
  watch: /^-n$/,
  chrt: /^$/,
  taskset: /^-c$/,
  busybox: /^$/,
  unshare: /^$/,
  chroot: /^$/,
  npx: /^(?:-p|--package)$/,
  pnpx: /^$/,
  bunx: /^$/,
};
const shells = new Set(["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "pwsh", "powershell"]);
/** Reading goes no deeper than this: what is wrapped more often is unclear. */
const deepest = 6;

export const isShell = (name: string): boolean => shells.has(name);

/** Reads a command line through wrappers, substitutions and shells within it. */
export function runningPrograms(text: string, depth = 0): RunningPrograms {
  if (depth > deepest) return { programs: [], isUnclear: true };
  const { commands, inner, isBroken } = readCommand(text);
  const found = commands.map((command) => programsOf(command, depth));
  const within = inner.map((one) => runningPrograms(one, depth + 1));
  const all = [...found, ...within];
  return {
    programs: all.flatMap(({ programs }) => programs),
    isUnclear: isBroken || all.some(({ isUnclear }) => isUnclear),
  };
}

interface Stripped {
  readonly words: readonly Word[];
  readonly sets: readonly string[];
  readonly isFed: boolean;
  /** The wrappers that were taken off, which are programs too. */
  readonly wrappers: readonly string[];
}

function programsOf(command: SimpleCommand, depth: number): RunningPrograms {
  const { words, sets, isFed, wrappers: around } = strip(command.words);
  const [first, ...rest] = words;
  const base = { targets: command.targets, isPiped: command.isPiped, heredoc: command.heredoc };
  const plain = { ...base, sets, isFed, runsOpenText: false };
  const outer = around.map((name) => named(plain, name));
  if (first === undefined) return { programs: [...outer, named(plain, "")], isUnclear: false };
  const name = baseName(first.text);
  const script = scriptOf(name, rest, command);
  const inner = script === null || script.isOpen ? null : runningPrograms(script.text, depth + 1);
  const program = { ...plain, name, arguments: rest, runsOpenText: script?.isOpen === true };
  const executed = name === "find" || name === "fd" ? executedBy(rest) : [];
  const fed = executed.map((one) =>
    programsOf({ ...command, words: one, targets: [], heredoc: null }, depth + 1),
  );
  const code = commandsInCode(
    name,
    rest.map(({ text }) => text),
    command.heredoc,
  );
  return {
    programs: [
      ...outer,
      program,
      ...(inner?.programs ?? []),
      // Code is no shell: whether it could be read as one says nothing.
      ...code.flatMap((text) => runningPrograms(text, depth + 1).programs),
      ...fed.flatMap(({ programs }) => programs.map((one) => asFed(one))),
    ],
    isUnclear: first.isOpen || inner?.isUnclear === true || fed.some(({ isUnclear }) => isUnclear),
  };
}

const named = (
  plain: Omit<RunningProgram, "name" | "arguments">,
  name: string,
): RunningProgram => ({
  ...plain,
  name,
  arguments: [],
});

const asFed = (program: RunningProgram): RunningProgram => ({ ...program, isFed: true });

const assignment = /^[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=/;

/** Takes off keywords, assignments and wrappers, until the program itself comes first. */
function strip(words: readonly Word[]): Stripped {
  const sets: string[] = [];
  const around: string[] = [];
  let rest = [...words];
  let isFed = false;
  for (;;) {
    const [first] = rest;
    if (first === undefined) break;
    if (keywords.has(first.text)) {
      // `for NAME in WORDS` and `case WORD in` name no program.
      rest = /^(?:for|case|select|\[\[?)$/.test(first.text) ? [] : rest.slice(1);
      continue;
    }
    if (assignment.test(first.text)) {
      sets.push(first.text);
      rest = rest.slice(1);
      continue;
    }
    const name = baseName(first.text);
    const valued = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined;
    if (valued === undefined || first.isOpen) break;
    around.push(name);
    isFed ||= name === "xargs" || name === "parallel";
    rest = afterOptions(rest.slice(1), valued, name);
  }
  const [first, ...given] = rest;
  if (first !== undefined && /^(?:export|declare|typeset|local|readonly|set)$/.test(first.text))
    sets.push(...given.map(({ text }) => text).filter((text) => assignment.test(text)));
  return { words: rest, sets, isFed, wrappers: around };
}

function afterOptions(words: readonly Word[], valued: RegExp, name: string): Word[] {
  let at = 0;
  while (at < words.length) {
    const text = words[at]?.text ?? "";
    if (text === "--") {
      at += 1;
      break;
    }
    if (name === "env" && /^(?:-S|--split-string)/.test(text)) {
      const inline = text.replace(/^(?:-S|--split-string=?)/, "");
      const split = inline === "" ? (words[at + 1]?.text ?? "") : inline;
      const parts = split.split(/\s+/).filter((part) => part !== "");
      return parts.map((part) => ({ text: part, isOpen: false }));
    }
    if (text.startsWith("-")) at += valued.test(text) ? 2 : 1;
    else if (name === "timeout" && /^[\d.]+[smhd]?$/.test(text)) at += 1;
    else break;
  }
  return words.slice(at);
}

/** Text that a shell, or `eval`, is given to run; null: none, or it is a file. */
function scriptOf(name: string, rest: readonly Word[], { heredoc }: SimpleCommand): Word | null {
  if (name === "eval") return joined(rest);
  if (name === "trap") return rest[0] ?? null;
  if (name === "ssh") return joined(rest.slice(1));
  if (name === "su" || isShell(name)) {
    const flag = rest.findIndex(({ text }) => /^(?:-[a-zA-Z]*c|-command|\/c)$/i.test(text));
    if (flag >= 0) return rest[flag + 1] ?? null;
    return heredoc === null ? null : { text: heredoc, isOpen: false };
  }
  if (name === "cmd") {
    const flag = rest.findIndex(({ text }) => /^\/[ck]$/i.test(text));
    return flag < 0 ? null : joined(rest.slice(flag + 1));
  }
  return null;
}

const joined = (words: readonly Word[]): Word => ({
  text: words.map(({ text }) => text).join(" "),
  isOpen: words.some(({ isOpen }) => isOpen),
});

/** The commands of `find … -exec COMMAND ;` and its kin. */
function executedBy(words: readonly Word[]): readonly (readonly Word[])[] {
  const found: (readonly Word[])[] = [];
  for (const [index, { text }] of words.entries()) {
    if (!/^(?:-exec|-execdir|-ok|-okdir|-x|-X|--exec|--exec-batch)$/.test(text)) continue;
    const rest = words.slice(index + 1);
    const end = rest.findIndex((word) => word.text === ";" || word.text === "+");
    found.push(end < 0 ? rest : rest.slice(0, end));
  }
  return found;
}

const baseName = (text: string): string =>
  (text.split(/[\\/]/).at(-1) ?? "").toLowerCase().replace(/\.(?:exe|cmd|bat)$/, "");
