/** The link that may be opened outside, parsed, or undefined: https and mailto only, no credentials in it. */
export function outsideLink(url: string): URL | undefined {
  if (!URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  if (parsed.protocol === "mailto:") return parsed;
  return parsed.protocol === "https:" &&
    parsed.hostname !== "" &&
    parsed.username === "" &&
    parsed.password === ""
    ? parsed
    : undefined;
}

/**
 * The folder a start names: the one word that is no switch and no address. Anything else in the command line is Chromium's or
 * nothing: no start runs, opens or trusts anything by itself.
 */
export function folderInArguments(argv: readonly string[]): string | null {
  const words = argv.filter((word) => word !== "" && !word.startsWith("-"));
  const [folder] = words;
  return words.length === 1 && folder !== undefined && !isAddress(folder) ? folder : null;
}

/** A scheme of two letters or more: one letter is a drive of Windows. */
const isAddress = (word: string): boolean =>
  /^[a-z][a-z\d+.-]+:/i.test(word) || word.includes("\0");

/**
 * The words of the `belay` command when the installed program is started as that (resources/command/belay): all that follow
 * "--cli --", which must come first but for switches of Chromium's; undefined for a start of the app.
 */
export function commandInArguments(argv: readonly string[]): readonly string[] | undefined {
  const end = argv.indexOf("--");
  if (end < 1 || argv[end - 1] !== "--cli") return undefined;
  return argv.slice(1, end).every((word) => word.startsWith("--"))
    ? argv.slice(end + 1)
    : undefined;
}
