// CSI, OSC and other escape sequences: ESC, or the single C1 character that stands for it.
const escapes =
  // oxlint-disable-next-line no-control-regex -- terminal output is made of them
  /[\u001B\u009B](?:\][^\u0007\u001B]*(?:\u0007|\u001B\\)|\[[0-9;?:]*[ -/]*[@-~]|[0-9;?]*[@-~])/g;

/** A terminal's output without colours and cursor movements; a line that overwrites itself keeps its last state. */
export function plainOutput(text: string): string {
  const lines = text.replace(escapes, "").replaceAll("\r\n", "\n").split("\n");
  return lines.map((line) => line.replace(/\r+$/, "").split("\r").at(-1) ?? "").join("\n");
}
