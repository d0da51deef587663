import programFile from "../../../resources/approvals/programs.json" with { type: "json" };
import { z } from "zod";

const entrySchema = z.object({
  /** Words that say what the program does; each may be followed by `*`, which stands for one plain word of the command. */
  verbs: z.array(z.string()),
});
const programs = z.record(z.string(), entrySchema).parse(programFile.programs);

/**
 * The program and subcommand that a rule may cover with any arguments, as its words: `["npm", "run", "build"]`. Null for everything
 * but one plain call of a program on the list (resources/approvals/programs.json): several commands, redirections, variables,
 * substitutions, a path as program, variables set before it, and programs that run what their arguments name.
 */
export function programLabel(command: string): readonly string[] | null {
  const words = plainWords(command);
  const [name] = words ?? [];
  if (words === null || name === undefined || !Object.hasOwn(programs, name)) return null;
  for (const verb of programs[name]?.verbs ?? []) {
    const wanted = verb === "" ? [] : verb.split(" ");
    const given = words.slice(1, 1 + wanted.length);
    const fits = wanted.every((word, index) => {
      const own = given[index];
      return own !== undefined && (word === "*" ? /^[\w][\w:.-]*$/.test(own) : word === own);
    });
    if (fits) return [name, ...given];
  }
  return null;
}

/** Plain letters, or quotes in which nothing is put in. No expansion of any kind, no other shell's meaning either. */
const plainWord = /(?:[\w@%+:,./=^-]|'[^'\p{C}]*'|"[^"$`\\!\p{C}]*")+/uy;

/** The words of one command that any shell reads in the same way; null where it is more than that. */
function plainWords(command: string): readonly string[] | null {
  const words: string[] = [];
  let at = 0;
  while (at < command.length) {
    plainWord.lastIndex = at;
    const word = plainWord.exec(command)?.[0];
    if (word === undefined) return null;
    words.push(word);
    at += word.length;
    if (at === command.length) break;
    if (command[at] !== " ") return null;
    while (command[at] === " ") at += 1;
  }
  return words;
}
