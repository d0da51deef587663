import type { Messages } from "../en.ts";

/** 审阅区的文字。 */
export const review: Messages["review"] = {
  title: "审阅",
  close: "关闭审阅",
  choosePrompt: "更改来自",
  step: (title) => `步骤：${title}`,
  files: "文件",
  empty: "没有可审阅的内容",
  emptyDetail: "智能体更改文件后，更改会列在这里。",
  loading: "正在读取更改…",
  failed: (reason) => `无法读取更改。${reason}`,
  binary: "二进制文件：无法显示其内容。撤销仍可恢复它。",
  truncated: "文件过大，无法完整显示。数字是准确的。",
  noHunks: "内容相同；只更改了名称或权限。",
  folded: (lines) => `再显示 ${lines.toLocaleString("zh-CN")} 行`,
  hunk: (from) => `第 ${from} 行的更改`,
  added: "新增",
  removed: "删除",
  movedFrom: (from) => `从 ${from} 移来`,
  undoFile: "撤销此文件",
  undoAll: "全部撤销",
  undoStep: "撤销此步骤",
  undone: "已撤销",
  keys: "] [ 更改 · n p 文件",
  allFiles: (files) => `${files} 个文件`,
};
