/** Sentences that main says about the sandbox, as it says them, and in Chinese. What is not here stays as it is. */
const sentences: readonly (readonly [string, string])[] = [
  ["bubblewrap is not installed.", "未安装 bubblewrap。"],
  [
    "Install it: `sudo apt install bubblewrap` (Debian, Ubuntu), `sudo dnf install bubblewrap` (Fedora), `sudo pacman -S bubblewrap` (Arch).",
    "请安装：`sudo apt install bubblewrap`（Debian、Ubuntu），`sudo dnf install bubblewrap`（Fedora），`sudo pacman -S bubblewrap`（Arch）。",
  ],
  ["Windows has no sandbox that Belay can use.", "Windows 没有 Belay 可用的沙箱。"],
  ["The sandbox for macOS has not been proven in this version.", "此版本尚未验证 macOS 上的沙箱。"],
  ["Belay has no sandbox for this system.", "Belay 没有适用于此系统的沙箱。"],
  ["Read each command before you allow it.", "请在允许之前阅读每条命令。"],
  ["Open the project's own folder instead.", "请改为打开项目自己的文件夹。"],
];

export const mainWords = (text: string): string =>
  sentences.reduce((said, [english, chinese]) => said.replace(english, () => chinese), text);
