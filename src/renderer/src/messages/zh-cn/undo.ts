import type { Messages } from "../en.ts";

/** 撤销功能的文字。 */
export const undo: Messages["undo"] = {
  action: "撤销上一条提示词的更改",
  title: "撤销",
  overlap: (conflicts) => `${conflicts} 个文件之后又被更改。未选择恢复的文件保持现状。`,
  notRestorable: (commands) => `${commands} 个命令不可恢复：其结果会保留。`,
  safetyCopy: "写入任何内容之前，都会为每个文件保存安全副本：“重做”可将其恢复。",
  keep: "保持现状",
  overwrite: "恢复旧版本",
  merge: "合并",
  mergeDetail: "去掉这次更改，保留之后的编辑。",
  choiceFor: (path) => `如何处理 ${path}`,
  actions: {
    restore: "恢复旧内容",
    create: "恢复文件",
    delete: "删除文件",
    merge: "与之后的编辑合并",
    none: "无需处理",
  },
  files: "文件",
  preview: "更改前后",
  previewLoading: "正在比较…",
  previewFailed: (reason: string) => `无法显示此更改：${reason}`,
  previewNote: "从当前文件到本次撤销之后的文件。",
  previewKept: "文件保持现在的样子。",
  confirm: (undone, kept) => {
    if (kept === 0) return `撤销 ${undone} 个`;
    return undone === 0 ? `保留 ${kept} 个` : `撤销 ${undone} 个，保留 ${kept} 个`;
  },
  working: "正在撤销…",
  nothing: "这里没有可撤销的内容",
  done: (number) => `已撤销 ${number} 个文件`,
  merged: (number) => `${number} 个文件中之后的编辑已保留`,
  kept: (number) => `${number} 个保持现状`,
  redone: (number) => `已恢复 ${number} 个文件`,
  redo: "重做",
  undoAgain: "撤销",
  details: "详情",
  detailsTitle: "已撤销的内容",
  detailsRedone: "已恢复的内容",
  conflictsTitle: "保持现状的文件",
  skippedTitle: "未处理的文件",
  failed: (reason) => `未撤销：${reason}`,
  redoFailed: (reason) => `未恢复：${reason}`,
  running: "请先停止智能体：它仍在更改文件。",
};
