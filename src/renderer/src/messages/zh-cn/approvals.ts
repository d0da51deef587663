import type { UncoveredList } from "../../../../shared/cautions.ts";
import type { Messages } from "../en.ts";
import { mainNote } from "./main-notes.ts";
import { mainWords } from "./main-words.ts";

import { trust } from "./trust.ts";

const undoLeaves: Readonly<Record<UncoveredList["what"], string>> = {
  heavy: "",
  "too-large": "（过大，无法保留）",
  repository: "（另一个仓库的历史）",
  special: "（不是普通文件或文件夹）",
};

const unseenFiles = ({ files, of }: { readonly files: number; readonly of: number }): string =>
  of === 0 ? "此处的文件（尚未读取过）" : `${of} 个文件中的 ${files} 个（尚未读取过）`;

const listed = ({ what, names, more }: UncoveredList): string =>
  `${names.join("、")}${more === 0 ? "" : ` 等，另有 ${more} 个`}${undoLeaves[what]}`;

function needCaution(need: string): string {
  const [, kind, rest = ""] = /^(read|write|private-network|network):(.*)$/s.exec(need) ?? [];
  const [, port] = /^localhost:(\d+)$/.exec(rest) ?? [];
  switch (kind ?? need) {
    case "git-history":
      return "它可以更改 git 历史。";
    case "steering-files":
      return "它可以更改会运行代码或影响智能体的文件（钩子、构建服务器、任务、智能体设置）。";
    case "no-sandbox":
      return "它在沙箱之外运行：可使用你的文件、网络和程序。";
    case "read":
      return `它可以读取 ${rest}。`;
    case "write":
      return `它可以更改 ${rest}。`;
    case "network":
    case "private-network": {
      if (port !== undefined) return `在本次会话中，命令可以访问本机沙箱之外的端口 ${port}。`;
      const where = kind === "network" ? "" : "（可能位于你的专用网络中）";
      return `在本次会话中，命令可以访问 ${rest}${where}，并向其发送所能读取的内容。`;
    }
    default:
      return need;
  }
}

export const approvals: Messages["approvals"] = {
  because: {
    mode: "此模式下命令需要询问。",
    "no-sandbox": "此处没有任何机制把命令限制在项目内，因此每条命令都会询问。",
    danger: "由于它将要做的事，在任何模式下都会询问：",
    needs: "它需要的权限超出沙箱所给的范围。",
    caution: "虽然此模式允许直接运行，但仍需询问：",
  },
  dangers: {
    "recursive-delete": "删除整个文件夹及其中的所有内容。",
    "empty-variable": "操作的路径以变量开头。如果该变量为空，受影响的将不是预期的文件夹。",
    disk: "直接写入磁盘或设备，其中的数据会被清除。",
    "download-run": "下载程序并立即运行，无人看过其内容。",
    "text-run": "运行的内容只有在运行时才知道。",
    "fork-bomb": "不断启动自身的副本，直到电脑停止响应。",
    "kill-many": "按名称或一次性结束进程，其他程序的进程也会受影响。",
    shutdown: "关闭电脑或其服务。",
    administrator: "以管理员身份运行，可以更改一切。",
    "force-push": "覆盖或删除服务器上的内容，包括他人的工作。",
    "discard-changes": "丢弃尚未提交的更改。",
    "rewrite-history": "更改或删除已有的提交。",
    "recursive-permissions": "更改整个文件夹下所有内容的访问权限。",
    "drop-data": "删除数据库中的数据。",
    "remote-destroy": "删除或更改服务器或云端正在运行的内容。",
    publish: "发布他人会获取的内容，几乎无法撤回。",
    schedule: "让某些内容稍后运行，或在每次启动时运行。",
    "hidden-characters": "含有不可见的字符，或会改变显示顺序的字符。下面已标出。",
    unreadable: "无法确切读懂：它运行哪些程序，只有运行时才知道。",
  },
  alwaysAsked: "无论你允许过什么，这类命令每次都会询问。",
  voided: "你以前允许过，但此后有影响命令行为的文件发生了变化：",
  shortCommand: (command) => (command.length > 80 ? `${command.slice(0, 80)}…` : command),
  folder: "文件夹",
  shell: "运行环境",
  sets: "设置变量",
  mayChange: "可更改",
  network: "网络",
  reachProject: "此项目及其专用的临时文件夹",
  reachAll: "你能更改的一切：它在沙箱之外运行",
  networkOff: "无",
  networkAll: "你能访问的一切",
  needs(need) {
    if (need === "git-history") return "git 历史";
    if (need === "steering-files") return "会运行代码或影响智能体的文件";
    const [, kind, path = ""] = /^(read|write):(.*)$/s.exec(need) ?? [];
    if (kind === "write") return path;
    if (kind === "read") return `${path}（仅读取）`;
    return /^(?:private-)?network:|^no-sandbox$/.test(need) ? null : need;
  },
  mainWords,
  blockedTitle: "被沙箱阻止",
  blocked({ wall, place }) {
    switch (wall) {
      case "network":
        return place === "" ? "已阻止：访问网络" : `已阻止：连接 ${place}`;
      case "private-network":
        return `已阻止：连接 ${place}（位于专用网络中）`;
      case "git-history":
        return "已阻止：更改 git 历史";
      case "steering-files":
        return `已阻止：写入 ${place}（会运行代码或影响智能体）`;
      case "write":
      case "read-only":
        return `已阻止：写入 ${place}`;
      default:
        return wall satisfies never;
    }
  },
  caution(part) {
    switch (part.code) {
      case "writes-ask":
        return "此模式下更改文件需要询问。";
      case "need":
        return needCaution(part.need);
      case "uncovered": {
        const { unseen, lists } = part;
        const missing = [...(unseen === null ? [] : [unseenFiles(unseen)]), ...lists.map(listed)];
        return `撤销不涵盖：${missing.join("；")}。`;
      }
      case "steers": {
        const reasons = part.kinds.map((kind) => trust.kinds[kind].reason).join("");
        const where = part.leadsTo === null ? "" : `它指向 ${JSON.stringify(part.leadsTo)}。`;
        return `这类文件在任何模式下都会询问。${reasons}${where}`;
      }
      default:
        return part satisfies never;
    }
  },
  sentences: (sentences) => sentences.join(""),
  ifAllowed: "如果允许：",
  goOnHere(walls) {
    const openable = walls.filter(({ need }) => need !== null);
    const [first] = openable;
    if (openable.length > 1) return "在此允许以上全部并重新运行";
    switch (first?.wall) {
      case "network":
      case "private-network":
        return "在此允许该主机并重新运行";
      case "git-history":
        return "在此允许更改 git 历史并重新运行";
      case "steering-files":
        return "在此允许这类文件并重新运行";
      default:
        return "在此允许该文件夹并重新运行";
    }
  },
  goOnOutside: "在沙箱外重新运行一次（先询问）",
  goOnTell: "告诉智能体",
  wayShort: { here: "已允许并重新运行", outside: "已询问在沙箱外运行", tell: "交由智能体处理" },
  wayTaken: {
    here: "你已在此允许，命令已重新运行。",
    outside: "你选择询问后在沙箱外运行一次。",
    tell: "你已交由智能体处理。",
  },
  wayOpen: "无人回答如何继续。",
  mainNote,
  looksLike: (mark, twin) => `${mark}：看似“${twin}”，但不是`,
  lookalikesMarked: (marked) => `已标出 ${marked} 个形似普通字符的字符`,
  scrolls: "滚动可阅读全部内容",
  always: "在此项目中始终允许…",
  alwaysNote: "直到影响命令行为的文件发生变化。可在“设置 › 批准”中撤销。",
  exactly: "仅此命令",
  anyArguments: "任意参数，仅在沙箱中",

  offerTitle: "自动驾驶",
  offer: "你已允许了三条在沙箱中运行的命令。自动驾驶会自行运行这类命令；危险的命令仍会询问。",
  offerTake: "在此使用自动驾驶",
  offerLeave: "暂不",

  rulesIntro:
    "你长期允许的命令。一旦影响命令行为的文件（软件包脚本、钩子、makefile、智能体文件）发生变化，规则即失效，命令会重新询问。",
  rulesNone: "没有长期允许的命令：每条需要询问的命令都会询问。",
  rulesFailed: "无法读取规则。",
  rulesOf: (folder) => `${folder} 的规则`,
  ruleExact: "仅此命令",
  ruleProgram: "任意参数，仅在沙箱中",
  ruleNeeds: (needs) => `需要 ${needs}`,
  ruleVoid: "已失效：会重新询问",
  ruleMade: (date) => `自 ${date} 起`,
  removeRule: "移除",
  removeRuleOf: (rule) => `移除规则：${rule}`,
  ruleRemoved: "规则已移除：会重新询问",
  log: "决定记录",
  logHelp: "所有写入和运行的操作：谁在何时、按哪条规则或哪种模式允许或拒绝了什么。密钥已去除。",
  exportLog: "导出…",
  exported: (path) => `已保存为 ${path}`,
};
