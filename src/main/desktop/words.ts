import type { Settings } from "../../shared/settings.ts";

/** The words of what Electron shows by itself: menus, tray, native dialogs. The windows have their own catalogue. */
export interface Words {
  readonly file: string;
  readonly edit: string;
  readonly window: string;
  readonly newSession: string;
  readonly openProject: string;
  readonly settings: string;
  readonly palette: string;
  readonly closeWindow: string;
  readonly quit: string;
  readonly openBelay: string;
  readonly quickAsk: string;
  readonly untitled: string;
  readonly idle: string;
  readonly running: (sessions: number) => string;
  readonly needsYou: string;
  readonly answerReady: string;
  readonly cancel: string;
  readonly openLink: (where: string) => string;
  readonly open: string;
  readonly closeQuestion: string;
  readonly closeDetail: string;
  readonly keepInTray: string;
  readonly stopAndQuit: string;
  readonly quitQuestion: (sessions: number) => string;
  readonly quitDetail: (titles: readonly string[]) => string;
  readonly keepWorking: string;
  readonly cannotStart: string;
  readonly shortcutTaken: (shortcut: string) => string;
  readonly patchFiles: string;
  readonly tableFiles: string;
  readonly allFiles: string;
  readonly notWritten: (path: string, reason: string) => string;
}

const en: Words = {
  file: "File",
  edit: "Edit",
  window: "Window",
  newSession: "New Session",
  openProject: "Open Project…",
  settings: "Settings…",
  palette: "Command Palette",
  closeWindow: "Close Window",
  quit: "Quit Belay",
  openBelay: "Open Belay",
  quickAsk: "Quick Ask",
  untitled: "New session",
  idle: "Belay",
  running: (sessions) =>
    sessions === 1 ? "Belay: 1 session at work" : `Belay: ${sessions} sessions at work`,
  needsYou: "Belay needs you",
  answerReady: "Quick ask: the answer is ready",
  cancel: "Cancel",
  openLink: (where) => `Open ${where}?`,
  open: "Open",
  closeQuestion: "Keep Belay working in the tray?",
  closeDetail: "Sessions go on and quick ask stays at hand. Belay remembers your choice.",
  keepInTray: "Keep working in the tray",
  stopAndQuit: "Stop and quit",
  quitQuestion: (sessions) =>
    sessions === 1 ? "A session is still at work" : `${sessions} sessions are still at work`,
  quitDetail: (titles) =>
    `${titles.join("\n")}\n\nQuitting stops them. What they changed so far stays and can be undone.`,
  keepWorking: "Keep working",
  cannotStart: "Belay cannot start",
  shortcutTaken: (shortcut) =>
    `${shortcut} is taken by another program or by the system. Choose another shortcut.`,
  patchFiles: "Patches",
  tableFiles: "Tables (CSV)",
  allFiles: "All files",
  notWritten: (path, reason) => `${path} could not be written: ${reason}. Choose another place.`,
};

const zhCn: Words = {
  file: "文件",
  edit: "编辑",
  window: "窗口",
  newSession: "新建会话",
  openProject: "打开项目…",
  settings: "设置…",
  palette: "命令面板",
  closeWindow: "关闭窗口",
  quit: "退出 Belay",
  openBelay: "打开 Belay",
  quickAsk: "快速提问",
  untitled: "新会话",
  idle: "Belay",
  running: (sessions) => `Belay：${sessions} 个会话正在运行`,
  needsYou: "Belay 需要您处理",
  answerReady: "快速提问：回答已就绪",
  cancel: "取消",
  openLink: (where) => `打开 ${where}？`,
  open: "打开",
  closeQuestion: "让 Belay 在托盘中继续运行吗？",
  closeDetail: "会话会继续运行，快速提问随时可用。Belay 会记住您的选择。",
  keepInTray: "在托盘中继续运行",
  stopAndQuit: "停止并退出",
  quitQuestion: (sessions) => `还有 ${sessions} 个会话正在运行`,
  quitDetail: (titles) =>
    `${titles.join("\n")}\n\n退出会停止这些会话。已做的更改会保留，并且可以撤销。`,
  keepWorking: "继续运行",
  cannotStart: "Belay 无法启动",
  shortcutTaken: (shortcut) => `${shortcut} 已被其他程序或系统占用，请换一个快捷键。`,
  patchFiles: "补丁",
  tableFiles: "表格（CSV）",
  allFiles: "所有文件",
  notWritten: (path, reason) => `无法写入 ${path}：${reason}。请换一个位置。`,
};

/** The words in the chosen language; "system" goes by the system's first language, as in the windows. */
export function wordsFor(setting: Settings["language"], systemLanguages: readonly string[]): Words {
  if (setting !== "system") return setting === "zh-CN" ? zhCn : en;
  return systemLanguages[0]?.toLowerCase().startsWith("zh") === true ? zhCn : en;
}
