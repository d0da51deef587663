import { dangerSchema, type Danger } from "../../shared/approvals.ts";
import { dangerShapes, type DangerShape } from "./danger-shapes.ts";
import { isShell, runningPrograms, type RunningProgram } from "./running-programs.ts";

/**
 * What in a command a person must see before it runs, whatever they have allowed. Made to ask too often rather than too seldom; it
 * allows nothing, and a sandbox holds whether or not something is found.
 */
export function findDangers(command: string): readonly Danger[] {
  const { programs, isUnclear } = runningPrograms(command);
  const found = new Set<Danger>();
  if (isUnclear) found.add("unreadable");
  if (hasHidden(command)) found.add("hidden-characters");
  if (forkBomb.test(command)) found.add("fork-bomb");
  if (/>\(\s*(?:\w+\/)*(?:ba|z|da|k)?sh\b/.test(command)) found.add("text-run");
  for (const [index, program] of programs.entries()) {
    for (const shape of dangerShapes) if (hasShape(shape, program)) found.add(shape.danger);
    for (const danger of byContext(program, programs.slice(0, index))) found.add(danger);
    // Text that a database is given through a pipe.
    const before = program.isPiped ? programs[index - 1] : undefined;
    const piped = { ...program, arguments: [...program.arguments, ...(before?.arguments ?? [])] };
    for (const shape of dropShapes) if (hasShape(shape, piped)) found.add(shape.danger);
  }
  if (found.has("text-run") && downloads.test(command)) {
    found.delete("text-run");
    found.add("download-run");
  }
  return dangerSchema.options.filter((danger) => found.has(danger));
}

const dropShapes = dangerShapes.filter(({ danger }) => danger === "drop-data");

/** Variables that a command sets for what it runs, as they are written. */
export const settingsIn = (command: string): readonly string[] => [
  ...new Set(runningPrograms(command).programs.flatMap(({ sets }) => sets)),
];

const forkBomb = /([\w:.]+)\s*\(\s*\)\s*\{[^}]*?\1\s*(?:\|\s*\1\s*)?&/;

/** Controls, characters of direction and of no width: what is shown is not what runs. */
const hidden =
  /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u{2800}\u{FFFC}]|(?! )\p{Zs}/gu;
const hasHidden = (command: string): boolean =>
  command
    .replaceAll("\r\n", "\n")
    .replaceAll(/[\n\t]/g, "")
    .search(hidden) >= 0;

const downloads =
  /\b(?:curl|wget|fetch|aria2c|iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring|http|https)\b/i;

function hasShape(
  { program, verbs = [], argument }: DangerShape,
  running: RunningProgram,
): boolean {
  if (!program.test(running.name)) return false;
  const given = [
    ...running.arguments.map(({ text }) => text),
    ...(running.heredoc ?? "").split("\n"),
  ];
  return (
    verbs.every((verb) => given.some((text) => verb.test(text))) &&
    (argument === undefined || given.some((text) => argument.test(text)))
  );
}

/** Programs that do harm in a folder that was not meant. */
const destructive =
  /^(?:rm|mv|cp|chmod|chown|chgrp|rsync|find|dd|truncate|shred|rmdir|rimraf|ln|install|tar|unlink|remove-item|del|rd)$/;
/** A word that is only its rest where the variable, or the output, is empty: `$X/`, `"$(cmd)"/*`. */
const leansOnVariable =
  /^(?:\$\w+|\$\{(?!\w+:?\?)(?!\w+:?[-=][^}/]+\})[^}]*\}|\$\([^)]*\)|`[^`]*`)+(?:\/|\.|\*|$)/;
const interpreters =
  /^(?:python[\d.]*|node|perl|ruby|php|deno|bun|osascript|iex|invoke-expression)$/;
const harmlessDevices =
  /^\/dev\/(?:null|zero|full|random|urandom|tty|stdin|stdout|stderr|fd\/\d+|shm\/.*)$/;

function byContext(
  { name, arguments: given, targets, isPiped, heredoc, isFed, runsOpenText }: RunningProgram,
  before: readonly RunningProgram[],
): readonly Danger[] {
  const found: Danger[] = [];
  const isWiper = destructive.test(name);
  if (
    isWiper &&
    given.some(({ text, isOpen }) => isOpen && leansOnVariable.test(text) && isBroad(text, name))
  )
    found.push("empty-variable");
  if (
    name === "kill" &&
    given.some(({ text, isOpen }) => isOpen && /\b(?:pgrep|pidof|ps)\b/.test(text))
  )
    found.push("kill-many");
  if (isFed && /^(?:rm|shred|unlink|srm)$/.test(name)) found.push("recursive-delete");
  const written = [...targets, ...(isWiper || name === "tee" ? given : [])];
  if (written.some(({ text }) => text.startsWith("/dev/") && !harmlessDevices.test(text)))
    found.push("disk");
  const files = given.filter(({ text }) => !text.startsWith("-"));
  const takesText = (isShell(name) || interpreters.test(name)) && files.length === 0;
  const reads = takesText && (isPiped || heredoc !== null) && before.length > 0 && heredoc === null;
  const sourced =
    /^(?:source|\.)$/.test(name) &&
    given.some(({ text }) => /^[<(]|^\/dev\/(?:fd|stdin)/.test(text));
  const opened =
    (isShell(name) || name === "eval") && given.some(({ text }) => text.startsWith("<("));
  if (reads || sourced || opened || runsOpenText || /^(?:iex|invoke-expression)$/.test(name))
    found.push("text-run");
  return found;
}

/** `rm "$FILE"` with an empty variable removes nothing; `rm "$DIR"/x` and `chmod -R "$DIR"` go elsewhere. */
const isBroad = (text: string, name: string): boolean =>
  /[/*]/.test(text.replace(/^(?:\$\w+|\$\{[^}]*\}|\$\([^)]*\)|`[^`]*`)+/, "")) ||
  /^(?:chmod|chown|chgrp|find)$/.test(name);
