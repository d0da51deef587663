// How this machine runs npm.

/** @param {{ environment?: Record<string, string | undefined>, platform?: string }} options The program and its first words: the npm that started this script, else the one in the path (a batch file on Windows, which needs its shell). */
export function npmCommand({ environment = process.env, platform = process.platform } = {}) {
  const started = environment["npm_execpath"] ?? "";
  if (/[\\/]npm-cli\.js$/.test(started)) return [process.execPath, started];
  return platform === "win32" ? ["cmd.exe", "/d", "/c", "npm"] : ["npm"];
}
