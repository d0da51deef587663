import { existsSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../../shared/errors.ts";

/** A program that runs a command line, and the arguments before the line. */
export interface Shell {
  readonly program: string;
  readonly before: readonly string[];
}

/** Bash where there is one, else sh; on Windows Git Bash, then PowerShell. The person's login shell and its start files stay out. */
export function findShell(
  environment: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): Shell {
  const candidates = platform === "win32" ? windowsShells(environment) : posixShells;
  const found = candidates.find((shell) => existsSync(shell.program));
  if (found !== undefined) return found;
  throw new AppError("unavailable", "No shell was found on this machine, so no command can run.");
}

const posixShells: readonly Shell[] = [
  "/bin/bash",
  "/usr/bin/bash",
  "/usr/local/bin/bash",
  "/bin/sh",
].map((program) => ({ program, before: ["-c"] }));

function windowsShells(environment: Readonly<Record<string, string | undefined>>): Shell[] {
  const programs = environment["ProgramFiles"] ?? "C:\\Program Files";
  const system = environment["SystemRoot"] ?? "C:\\Windows";
  const quiet = ["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"];
  return [
    { program: join(programs, "Git", "bin", "bash.exe"), before: ["-c"] },
    { program: join(programs, "PowerShell", "7", "pwsh.exe"), before: quiet },
    {
      program: join(system, "System32", "WindowsPowerShell", "v1.0", "powershell.exe"),
      before: quiet,
    },
  ];
}
