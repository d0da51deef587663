import type { Messages } from "../en.ts";

export const quickAsk: Messages["quickAsk"] = {
  title: "快速提问",
  placeholder: (project: string) => `询问关于 ${project} 的问题`,
  question: "问题",
  noKey: "快速提问需要 API Key。请打开 Belay 粘贴一个。",
  noProject: "快速提问需要一个项目。请打开 Belay 选择一个。",
  answering: "正在回答…",
  reading: (count: number) => `已读取 ${count} 项`,
  stop: "停止",
  stopped: "已停止。",
  clip: "剪贴板",
  clipAdd: "将剪贴板中的文本加入问题",
  clipAdded: (lines: number, cut: boolean) => `剪贴板 · ${cut ? "前 " : ""}${lines} 行`,
  clipDrop: "不附带剪贴板内容",
  promote: "在 Belay 中继续",
  hide: "隐藏",
  ask: "提问",
  codeOnly: "仅代码",
  answer: "回答",
  cost: "本次提问费用",
};
