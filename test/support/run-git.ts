import { execFileSync } from "node:child_process";

/** Runs git in a folder as somebody; answers what it prints, and throws when it fails. */
export const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@e.invalid", ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
