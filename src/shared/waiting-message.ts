/** What somebody reads who waits for a command to end; null: it is not known whose. */
export function waitingMessage(
  holder: { readonly what: string; readonly since: string } | null,
): string {
  if (holder === null) return "Waits until somebody else has written in this folder.";
  const line = holder.what.split("\n")[0] ?? "";
  return `Waits for another command in this folder: \`${line}\`, running since ${holder.since.slice(11, 16)} UTC.`;
}
