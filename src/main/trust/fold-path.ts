/** What some volumes do not see in a name: HFS+ leaves out zero-width characters and marks of direction. */
const unseen =
  /[\u{AD}\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{2064}\u{206A}-\u{206F}\u{FEFF}]|[\u{FE00}-\u{FE0F}]/gu;

/**
 * The names of a path as the most forgiving volume would read them, in lower case: letters that fold to the same one, unseen
 * characters, dots and blanks at an end, streams (`name:stream`) and git's short name (`git~1`) make no difference. For matching only: two
 * files may come out as one.
 */
export function foldPath(path: string): string[] {
  const names: string[] = [];
  for (const part of path.replaceAll("\\", "/").split("/")) {
    if (part === "..") names.pop();
    else if (part !== "" && part !== ".") names.push(foldName(part));
  }
  return names;
}

function foldName(name: string): string {
  // Most names are plain, and a large folder has many.
  if (/^[\w.-]*\w$/.test(name)) return name.toLowerCase();
  const seen = name.normalize("NFKC").replaceAll(unseen, "");
  // Upper case first: the long s and the Kelvin sign have no lower case of their own.
  const folded = seen.toUpperCase().toLowerCase().normalize("NFC");
  const plain = folded.replace(/(?<=.):.*$/s, "").replace(/(?<=[^. ])[. ]+$/, "");
  return /^git~\d+$/.test(plain) ? ".git" : plain;
}
