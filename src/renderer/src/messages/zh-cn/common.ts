import type { Messages } from "../en.ts";

export const common: Messages["common"] = {
  close: "关闭",
  dismiss: "知道了",
  cancel: "取消",
  back: "返回",
  remove: "移除",
  retry: "重试",
  copy: "复制",
  copied: "已复制",
  running: "运行中",
  needsYou: "等待你处理",
  loading: "正在加载…",
  unexpected: "出现了意外问题。请重试；如果仍然出现，请重新启动 Belay。",
  unanswered: "此窗口无法读取 Belay 内核的回复。请重新启动 Belay。",
  costUnknown: "价格未知",
  noCostYet: "$0.00",
};
