import { describe, expect, it } from "vitest";
import { runCommandTool } from "../../../src/main/tools/run-command.ts";
import { noCommands } from "../../support/no-commands.ts";
import { findShell, shellName } from "../../../src/main/shell/find-shell.ts";

const machine = {
  Path: "C:\\Windows\\System32;D:\\Tools\\Git\\cmd;.\\cmd;\\\\share\\Git\\cmd",
  ProgramFiles: "C:\\Program Files",
  "ProgramFiles(x86)": "C:\\Program Files (x86)",
  LOCALAPPDATA: "C:\\Users\\Ada\\AppData\\Local",
  SystemRoot: "C:\\Windows",
};
const gitBash = "C:\\Program Files\\Git\\bin\\bash.exe";
const ownGitBash = "C:\\Users\\Ada\\AppData\\Local\\Programs\\Git\\bin\\bash.exe";
const newer = "C:\\Program Files\\PowerShell\\7\\pwsh.exe";
const older = "C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe";
const wsl = "C:\\Windows\\System32\\bash.exe";

const found = (files: readonly string[], environment: Readonly<Record<string, string>> = machine) =>
  findShell(environment, "win32", (path) => files.includes(path));

describe("the shell on Windows", () => {
  it.each<readonly [string, readonly string[], readonly [string, string]]>([
    ["Git Bash before all", [gitBash, newer, older, wsl], [gitBash, "Git Bash"]],
    ["Git Bash of this person", [ownGitBash, newer, older], [ownGitBash, "Git Bash"]],
    [
      "Git Bash of 32 bits",
      ["C:\\Program Files (x86)\\Git\\bin\\bash.exe", older],
      ["C:\\Program Files (x86)\\Git\\bin\\bash.exe", "Git Bash"],
    ],
    [
      "Git Bash beside the git of the search path",
      ["D:\\Tools\\Git\\cmd\\git.exe", "D:\\Tools\\Git\\bin\\bash.exe", newer],
      ["D:\\Tools\\Git\\bin\\bash.exe", "Git Bash"],
    ],
    ["PowerShell 7 without it", [newer, older, wsl], [newer, "PowerShell 7"]],
    [
      "Windows PowerShell when nothing else is there",
      [older, wsl],
      [older, "Windows PowerShell 5.1"],
    ],
  ])("is %s", (_case, files, [program, name]) => {
    expect(found(files)).toMatchObject({ program, name });
  });

  it("takes a line as one argument, and no start file of the person's", () => {
    expect(found([gitBash]).before).toEqual(["-c"]);
    expect(found([newer]).before).toEqual(["-NoLogo", "-NoProfile", "-NonInteractive", "-Command"]);
  });

  it.each([
    ["the bash of another system", [wsl]],
    ["a bash without git beside the search path", ["D:\\Tools\\Git\\bin\\bash.exe"]],
    ["what lies where Belay was started", [".\\cmd\\git.exe", ".\\bin\\bash.exe", "bin\\bash.exe"]],
    [
      "what another computer offers",
      ["\\\\share\\Git\\cmd\\git.exe", "\\\\share\\Git\\bin\\bash.exe"],
    ],
  ])("is never %s", (_case, files) => {
    expect(() => found(files)).toThrow("No shell was found");
  });

  it("is found where variables are missing or lead elsewhere", () => {
    expect(found([gitBash], {}).program).toBe(gitBash);
    expect(found([older], { SYSTEMROOT: "C:\\Windows" }).program).toBe(older);
    expect(() => found(["Git\\bin\\bash.exe"], { PROGRAMFILES: "" })).toThrow("No shell");
  });
});

const asked = (name: string | null) =>
  runCommandTool(noCommands, name).describe({ command: "x" }).command;

describe("the shell's name", () => {
  it("is told on Windows only", () => {
    expect(shellName(machine, "win32", () => true)).toBe("Git Bash");
    expect(shellName({}, "linux", () => true)).toBeNull();
    expect(shellName({}, "win32", () => false)).toBeNull();
  });

  it("goes with the question about a command, where there is one", () => {
    expect(asked("PowerShell 7")).toEqual({ line: "x", needs: [], shell: "PowerShell 7" });
    expect(asked(null)).toEqual({ line: "x", needs: [] });
  });

  it("is bash elsewhere, or sh", () => {
    expect(findShell({}, "linux", (path) => path === "/bin/sh").program).toBe("/bin/sh");
    expect(findShell({}, "darwin", () => true).program).toBe("/bin/bash");
  });
});
