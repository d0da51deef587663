/** A question with the clipboard's text below it, in a fence that the text cannot end. */
export function promptWith(question: string, clip: string | null): string {
  if (clip === null) return question;
  const runs = clip.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${question}\n\nFrom the clipboard:\n${fence}\n${clip.replace(/\n$/, "")}\n${fence}`;
}
