import type { Messages } from "../en.ts";

export const actions: Messages["actions"] = {
  palette: "显示所有操作",
  paletteTitle: "操作",
  paletteSearch: "想做什么？",
  paletteEmpty: "没有这个操作",
  newSession: "新建会话",
  openProject: "打开项目…",
  openSettings: "设置…",
  toggleSidebar: "显示或隐藏侧边栏",
  toggleReview: "显示或隐藏审阅",
  openUsage: "用量与费用",
  goToSession: (number: number) => `转到会话 ${number}`,
  themeSystem: "主题：跟随系统",
  themeLight: "主题：浅色",
  themeDark: "主题：深色",
};
