/** Lines of an attributes file that name a driver: git then starts what the configuration has under that name. */
export function driverLines(text: string): string | null {
  const lines = text
    .split(/\r?\n/)
    .filter((line) => !/^\s*#/.test(line) && /(?:^|\s)(?:filter|diff|merge)=/.test(line));
  return lines.length === 0 ? null : lines.map((line) => line.trim()).join("\n");
}
