import type { Messages } from "../en.ts";

/** 输入区的文字。 */
export const composer: Messages["composer"] = {
  label: "提示词",
  placeholder: "提问，或描述要做的更改",
  placeholderBusy: "运行期间可以先写下一条提示词",
  send: "发送",
  stop: "停止",
  stopHint: "按两次 Esc",
  escAgain: "再按一次 Esc 停止",
  mode: "模式",
  autoUnavailable: (reason) => `需要沙箱。${reason}`,
  autoNotChecked: "此处尚未通过沙箱检查。",
  model: "模型",
  modelNone: "无模型",
  modelOther: "其他模型 ID",
  modelUse: "使用",
  modelsLoading: "正在获取模型列表…",
  modelsFailed: (reason) => `无法获取模型列表。${reason}`,
  cost: (text) => `本会话的费用：${text}`,
  nextCost: (cost) => `下一次请求约 ${cost}。`,
  nextCostRange: (least, most) => `下一次请求约 ${least} 至 ${most}。`,
  crossing: (edge, factor) =>
    `它将超过 ${edge} token，超过后每个 token 的价格是原来的 ${factor} 倍。`,
  sentences: (parts) => parts.join(""),
  compactFirst: (saved) => `先压缩（约省 ${saved}）`,
  compactFirstHint: (requests) =>
    `按本会话每条提示词约 ${requests} 次请求计算，已扣除生成摘要的费用`,
  starters: "可以从这里开始",
  starterExplain: "讲解这个项目",
  starterExplainPrompt:
    "请讲解这个项目：它做什么、如何构建、各部分如何配合，以及应从哪里开始阅读。不要做任何更改。",
  starterTests: "运行测试并修复失败",
  starterTestsPrompt:
    "请找出这个项目如何运行测试，运行测试，并修复失败之处。只有测试本身有误时才修改测试，并说明原因。",
  starterReview: "审阅我未提交的更改",
  starterReviewPrompt:
    "请审阅我未提交的更改：缺陷、缺少的测试、不清楚的命名。按严重程度列出发现的问题，注明文件和行号。不要做任何更改。",
};
