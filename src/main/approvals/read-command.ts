/** One word of a command line as its program gets it; what a variable or another command puts in stays written out. */
export interface Word {
  readonly text: string;
  /** Some of it comes from a variable, a substitution or a list in braces: what it is shows only when it runs. */
  readonly isOpen: boolean;
}

/** One program with its arguments, somewhere in a command line. */
export interface SimpleCommand {
  readonly words: readonly Word[];
  /** Where output goes: `> FILE` and its kin. */
  readonly targets: readonly Word[];
  /** Lines given with `<<`. */
  readonly heredoc: string | null;
  /** It reads what the command before it prints. */
  readonly isPiped: boolean;
}

/** A command line read for its labels. Nothing is allowed by such a reading: it may only make Belay ask. */
export interface ReadCommand {
  readonly commands: readonly SimpleCommand[];
  /** Commands inside of it whose output becomes text of it: `$(…)`, backticks, `<(…)`. */
  readonly inner: readonly string[];
  /** A quote, bracket or `<<` that never ends. */
  readonly isBroken: boolean;
}

const separators = /^(?:&&|\|\||\|&|;;&|;;|;&|[;&|\n()])/;
const redirect = /^(?:\d*|\{\w+\})(?:<<<|<<-?|<>|<&|>>|>\||>&|&>>|&>|<|>)(?![(])/;

/** Reads as a POSIX shell would, as far as that matters for telling which programs run with what. */
export function readCommand(text: string): ReadCommand {
  return new Reader(text.replaceAll("\r\n", "\n")).read();
}

interface OpenCommand {
  words: Word[];
  targets: Word[];
  heredoc: string | null;
  isPiped: boolean;
}

class Reader {
  private at = 0;
  private isBroken = false;
  private readonly inner: string[] = [];
  private readonly commands: SimpleCommand[] = [];
  private readonly waiting: { end: string; strips: boolean; command: OpenCommand }[] = [];
  private command: OpenCommand = none(false);
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  read(): ReadCommand {
    while (this.at < this.text.length) this.step();
    this.close(false);
    if (this.waiting.length > 0) this.isBroken = true;
    return { commands: this.commands, inner: this.inner, isBroken: this.isBroken };
  }

  private step(): void {
    const rest = this.text.slice(this.at, this.at + 64);
    const blank = /^(?:[ \t]|\\\n)+/.exec(rest)?.[0];
    if (blank !== undefined) {
      this.at += blank.length;
      return;
    }
    if (rest.startsWith("#")) {
      const end = this.text.indexOf("\n", this.at);
      this.at = end < 0 ? this.text.length : end;
      return;
    }
    const arrow = redirect.exec(rest)?.[0];
    if (arrow !== undefined) return this.redirect(arrow);
    const separator = separators.exec(rest)?.[0];
    if (separator === undefined) {
      this.command.words.push(this.word());
      return;
    }
    this.at += separator.length;
    this.close(separator === "|" || separator === "|&");
    if (separator === "\n") this.heredocs();
  }

  private close(nextIsPiped: boolean): void {
    const { words, targets } = this.command;
    const isNothing = words.length === 0 && targets.length === 0;
    if (!isNothing) this.commands.push(this.command);
    this.command = none(nextIsPiped || (isNothing && this.command.isPiped));
  }

  private redirect(arrow: string): void {
    this.at += arrow.length;
    while (/[ \t]/.test(this.text[this.at] ?? "")) this.at += 1;
    const target = this.word();
    const sign = arrow.replace(/^(?:\d+|\{\w+\})/, "");
    if (sign === "<<" || sign === "<<-")
      this.waiting.push({ end: target.text, strips: sign === "<<-", command: this.command });
    else if (sign.includes(">")) this.command.targets.push(target);
    else if (sign === "<<<") this.command.heredoc = target.text;
  }

  /** The lines of every `<<` of the line that has just ended. */
  private heredocs(): void {
    for (const { end, strips, command } of this.waiting.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.at >= this.text.length) {
          this.isBroken = true;
          break;
        }
        const stop = this.text.indexOf("\n", this.at);
        const line = this.text.slice(this.at, stop < 0 ? undefined : stop);
        this.at = stop < 0 ? this.text.length : stop + 1;
        if ((strips ? line.replace(/^\t+/, "") : line) === end) break;
        lines.push(line);
      }
      command.heredoc = lines.join("\n");
    }
  }

  private word(): Word {
    let text = "";
    let isOpen = false;
    while (this.at < this.text.length) {
      const rest = this.text.slice(this.at, this.at + 4);
      if (/^[ \t]/.test(rest) || (separators.test(rest) && !/^[<>]\(/.test(rest))) break;
      if (/^[<>](?!\()/.test(rest)) break;
      const part = this.part(rest);
      text += part.text;
      isOpen ||= part.isOpen;
    }
    return { text, isOpen: isOpen || /^\{.*,.*\}|[^$]\{[^{}]*(?:,|\.\.)[^{}]*\}/s.test(text) };
  }

  private part(rest: string): Word {
    if (rest.startsWith("'")) return { text: this.until("'", 1), isOpen: false };
    if (rest.startsWith("$'")) return { text: unescapeAnsi(this.ansi()), isOpen: false };
    if (rest.startsWith('"') || rest.startsWith('$"')) return this.doubleQuoted(rest);
    if (rest.startsWith("\\")) {
      this.at += 2;
      return { text: rest[1] === "\n" ? "" : (rest[1] ?? ""), isOpen: false };
    }
    const open = this.substitution(rest);
    if (open !== null) return open;
    this.at += 1;
    return { text: rest[0] ?? "", isOpen: false };
  }

  private doubleQuoted(rest: string): Word {
    this.at += rest.startsWith("$") ? 2 : 1;
    let text = "";
    let isOpen = false;
    for (;;) {
      const here = this.text.slice(this.at, this.at + 4);
      if (here === "") {
        this.isBroken = true;
        break;
      }
      if (here.startsWith('"')) {
        this.at += 1;
        break;
      }
      if (/^\\[$`"\\\n]/.test(here)) {
        text += here[1] === "\n" ? "" : (here[1] ?? "");
        this.at += 2;
        continue;
      }
      const open = /^[<>]/.test(here) ? null : this.substitution(here);
      text += open?.text ?? here[0] ?? "";
      isOpen ||= open !== null;
      if (open === null) this.at += 1;
    }
    return { text, isOpen };
  }

  /** A variable, or a command whose output is put in; null: neither. */
  private substitution(rest: string): Word | null {
    const from = this.at;
    if (rest.startsWith("`")) this.inner.push(this.until("`", 1).replaceAll("\\`", "`"));
    else if (/^(?:\$|<|>)\(/.test(rest)) this.inner.push(this.bracketed("(", ")"));
    else if (rest.startsWith("${")) this.readBraces();
    else if (/^\$[\w@*#?$!-]/.test(rest))
      this.at += /^\$(?:\w+|.)/.exec(this.text.slice(from, from + 200))?.[0].length ?? 2;
    else return null;
    return { text: this.text.slice(from, this.at), isOpen: true };
  }

  /** `${NAME:-$(command)}` may hold commands of its own. */
  private readBraces(): void {
    const body = this.bracketed("{", "}");
    if (/[`$]/.test(body))
      this.inner.push(...new Reader(`: "${body.replaceAll('"', "")}"`).read().inner);
  }

  /** What is between the bracket after the next character and the one that ends it. */
  private bracketed(open: string, close: string): string {
    const from = this.at + 2;
    let depth = 1;
    this.at = from;
    while (depth > 0) {
      const here = this.text[this.at];
      if (here === undefined) {
        this.isBroken = true;
        return this.text.slice(from);
      }
      if (here === "'" && open === "(") this.until("'", 1);
      else if (here === '"' && open === "(") this.skipQuoted();
      else if (here === "\\") this.at += 2;
      else {
        if (here === open) depth += 1;
        if (here === close) depth -= 1;
        this.at += 1;
      }
    }
    return this.text.slice(from, this.at - 1);
  }

  private skipQuoted(): void {
    this.at += 1;
    while (this.at < this.text.length && this.text[this.at] !== '"')
      this.at += this.text[this.at] === "\\" ? 2 : 1;
    this.at += 1;
  }

  private ansi(): string {
    const from = this.at + 2;
    this.at = from;
    while (this.at < this.text.length && this.text[this.at] !== "'")
      this.at += this.text[this.at] === "\\" ? 2 : 1;
    if (this.at >= this.text.length) this.isBroken = true;
    this.at += 1;
    return this.text.slice(from, this.at - 1);
  }

  private until(end: string, skip: number): string {
    const from = this.at + skip;
    let stop = this.text.indexOf(end, from);
    if (end === "`")
      while (stop > 0 && this.text[stop - 1] === "\\") stop = this.text.indexOf("`", stop + 1);
    if (stop < 0) this.isBroken = true;
    this.at = stop < 0 ? this.text.length : stop + 1;
    return this.text.slice(from, stop < 0 ? undefined : stop);
  }
}

const none = (isPiped: boolean): OpenCommand => ({
  words: [],
  targets: [],
  heredoc: null,
  isPiped,
});

/** Bash's `$'…'`, in which any letter can be written by its number. */
function unescapeAnsi(text: string): string {
  const escape = /\\(?:x[\da-f]{1,2}|u[\da-f]{1,4}|U[\da-f]{1,8}|[0-7]{1,3}|.)/gis;
  return text.replaceAll(escape, (whole) => {
    const [, sign = "", rest = ""] = /^\\(.)(.*)$/s.exec(whole) ?? [];
    if (/[xu]/i.test(sign) && rest !== "") return characterOf(Number.parseInt(rest, 16));
    if (/[0-7]/.test(sign)) return characterOf(Number.parseInt(sign + rest, 8));
    return { n: "\n", t: "\t", r: "\r" }[sign] ?? sign;
  });
}

const characterOf = (code: number): string =>
  code <= 0x10_ff_ff ? String.fromCodePoint(code) : "";
