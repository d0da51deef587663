/** Text that is still growing, cut where a block surely ends, so that only the last piece is parsed again. */
export function splitMarkdown(text: string): readonly string[] {
  // A reference may be defined after its use; such a text is parsed whole.
  if (/^ {0,3}\[[^\]]+\]:/m.test(text)) return [text];
  const blocks: string[] = [];
  let start = 0;
  let fence: string | null = null;
  let offset = 0;
  let isAfterBlank = false;
  for (const line of text.split("\n")) {
    const marker = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1];
    if (fence === null && isAfterBlank && startsBlock(line)) {
      blocks.push(text.slice(start, offset));
      start = offset;
    }
    if (marker !== undefined) fence = nextFence(fence, marker, line);
    isAfterBlank = line.trim() === "";
    offset += line.length + 1;
  }
  blocks.push(text.slice(start));
  return blocks;
}

/** A line at the left edge that cannot go on with a list, a quote, a table or an indented block before it. */
const startsBlock = (line: string): boolean =>
  /^[^\s>|*+\-\d[<]/.test(line) || /^\*\*\S/.test(line);

function nextFence(open: string | null, marker: string, line: string): string | null {
  if (open === null) return marker;
  const closes = marker[0] === open[0] && marker.length >= open.length && line.trim() === marker;
  return closes ? null : open;
}
