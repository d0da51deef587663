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

/** The folder a start names: the one word that is no switch. Anything else in the command line is Chromium's or nothing. */
export function folderInArguments(argv: readonly string[]): string | null {
  const words = argv.filter((word) => word !== "" && !word.startsWith("-"));
  const [folder] = words;
  return words.length === 1 && folder !== undefined ? folder : null;
}
