import type { ErrorCode } from "../../../../shared/errors.ts";
import type { Messages } from "../en.ts";

const failures: Readonly<Record<ErrorCode, string>> = {
  "invalid-input": "请求有误：",
  "not-found": "找不到所需内容：",
  conflict: "情况已变化：",
  denied: "不允许：",
  cancelled: "已取消：",
  unauthorized: "API Key 被拒绝：",
  "model-not-found": "找不到模型：",
  "rate-limited": "请求过于频繁：",
  unavailable: "暂时无法完成：",
  refused: "服务方拒绝了请求：",
  budget: "超出预算：",
  "needs-approval": "需要先批准：",
  internal: "Belay 内部错误：",
};

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
  failure: (code, message) => `${failures[code]}${message}`,
  unexpected: "出现了意外问题。请重试；如果仍然出现，请重新启动 Belay。",
  unanswered: "此窗口无法读取 Belay 内核的回复。请重新启动 Belay。",
  costUnknown: "价格未知",
  noCostYet: "$0.00",
};
