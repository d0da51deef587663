import { readFileSync } from "node:fs";

/** Why commands cannot be confined here, and what to do about it. */
export interface NoSandbox {
  readonly reason: string;
  readonly remedy: string;
}

export const bubblewrapMissing: NoSandbox = {
  reason: "bubblewrap is not installed.",
  remedy:
    "Install it: `sudo apt install bubblewrap` (Debian, Ubuntu), `sudo dnf install bubblewrap` (Fedora), `sudo pacman -S bubblewrap` (Arch).",
};

export const otherSystem = (platform: NodeJS.Platform): NoSandbox => ({
  reason:
    platform === "win32"
      ? "Windows has no sandbox that Belay can use."
      : platform === "darwin"
        ? "The sandbox for macOS has not been proven in this version."
        : "Belay has no sandbox for this system.",
  remedy: "Read each command before you allow it.",
});

const profile =
  "write /etc/apparmor.d/bwrap with `abi <abi/4.0>, include <tunables/global> profile bwrap /usr/bin/bwrap flags=(unconfined) { userns, }` and run `sudo systemctl reload apparmor`";

/** What bubblewrap's own words mean, with the kernel setting that is in the way. */
export function whyBroken(
  words: string,
  settingOf: (name: string) => string | null = kernelSetting,
): NoSandbox {
  const first =
    words.split("\n").find((line) => line.startsWith("bwrap:")) ?? words.split("\n")[0] ?? "";
  const said = `bubblewrap could not set the sandbox up (${first.trim().slice(0, 200) || "it said nothing"}).`;
  if (settingOf("kernel/apparmor_restrict_unprivileged_userns") === "1")
    return {
      reason: `${said} AppArmor keeps programs from making user namespaces (kernel.apparmor_restrict_unprivileged_userns = 1, as on Ubuntu since 23.10).`,
      remedy: `Allow it for bubblewrap: ${profile}. Or, for every program: \`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\`.`,
    };
  if (settingOf("kernel/unprivileged_userns_clone") === "0")
    return {
      reason: `${said} User namespaces are off (kernel.unprivileged_userns_clone = 0).`,
      remedy: "Turn them on: `sudo sysctl kernel.unprivileged_userns_clone=1`.",
    };
  if (settingOf("user/max_user_namespaces") === "0")
    return {
      reason: `${said} User namespaces are off (user.max_user_namespaces = 0).`,
      remedy: "Turn them on: `sudo sysctl user.max_user_namespaces=15000`.",
    };
  return {
    reason: said,
    remedy:
      "Run `bwrap --unshare-all --ro-bind / / true` to see it fail. In a container, user namespaces must be allowed from outside.",
  };
}

function kernelSetting(name: string): string | null {
  try {
    return readFileSync(`/proc/sys/${name}`, "utf8").trim();
  } catch {
    return null; // this kernel has no such setting
  }
}
