import type { Messages } from "../en.ts";

/** 切换模型与等待模型时的文字。 */
export const switching: Messages["switching"] = {
  resends: (tokens, first, step) =>
    first === step
      ? `每步重新发送 ${tokens} Token（无缓存）≈ ${first}`
      : `重新发送 ${tokens} Token（无缓存）≈ ${first}，之后每步 ≈ ${step}`,
  resendsUnpriced: (tokens) => `重新发送 ${tokens} Token（无缓存），价格未知`,
  tooLong: (limit) => `输入上限 ${limit}：会先压缩对话`,

  compactTitle: (model) => `此对话超出 ${model} 的输入上限`,
  compactText: (tokens, limit, model) =>
    `对话约有 ${tokens} 个 Token，${model} 最多接受 ${limit}。将先总结较早的部分，只要当前模型仍可用就由它来总结；已有内容都会保留在这里。`,
  compactAndSwitch: "压缩并切换",
  compact: "压缩对话",

  thinking: "思考",
  thinkingOwn: "模型默认",
  thinkingOwnIs: (level) => `模型默认：${level}`,
  levels: { off: "关闭", low: "低", medium: "中", high: "高" },
  thinkingShown: (level) => `思考：${level}`,
  budget: (tokens) => `最多 ${tokens} 个 Token`,
  budgetOther: "其他上限",
  budgetHelp: (most) => `回答之前最多可用于思考的 Token 数，上限 ${most}。`,
  budgetWrong: (most) => `请输入 1 到 ${most} 的整数`,

  goneRetired: (model, date) => `${model} 已于 ${date} 下线。`,
  goneMissing: (model, region) => `${region}地域不提供 ${model}。`,
  goneChoose: "请选择接替的模型：",
  use: (model) => `使用 ${model}`,
  context: (tokens) => `上下文 ${tokens}`,
  alsoForNew: (model) => `新会话也使用 ${model}。`,

  waitingFor: (model, seconds) => `正在等待 ${model} · ${seconds} 秒`,
  stop: "停止",
  retry: "重试",
  otherModel: "其他模型",
  offline: "此电脑已离线。",
  backOnline: "网络已恢复。",
};
