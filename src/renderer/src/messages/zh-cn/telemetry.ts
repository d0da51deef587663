import type { Messages } from "../en.ts";

const when = (iso: string): string =>
  new Intl.DateTimeFormat("zh-CN", { dateStyle: "medium", timeStyle: "short" }).format(
    new Date(iso),
  );

export const telemetry: Messages["telemetry"] = {
  title: "团队导出",
  statusFailed: "无法读取采集器的设置。",
  detail:
    "Belay 打开期间，每分钟把 token 数、费用和耗时发送到你自己的 OpenTelemetry 采集器。不会发送提示词、回答、会话标题或密钥。",
  endpoint: "采集器地址",
  endpointExample: "https://collector.example:4318",
  endpointHelp: "使用 OTLP/HTTP，会自动加上 /v1/metrics。仅本机可用 http。",
  header: "请求头",
  headers: {
    none: "不发送",
    typed: "自行填写",
    environment: "使用环境变量中的",
    kept: "使用已保存的",
  },
  headerName: "请求头名称",
  headerValue: "请求头的值",
  headerHelp: "填写完整的值，例如 Bearer 加令牌。只会发送到该地址。",
  environmentOffers: (endpoint) => `OpenTelemetry 环境变量指向 ${endpoint}`,
  takeOffered: "使用",
  thisRunOnly: "仅本次运行，不存入钥匙串",
  save: "测试并开启",
  cancel: "取消",
  saved: "已开启导出",

  on: "导出用量和费用",
  since: (iso) => `从 ${when(iso)} 起的请求`,
  exportedAt: (iso) => `最近一次接收：${when(iso)}`,
  neverExported: "尚未接收任何数据",
  headerOf: (name, place) => `请求头 ${name}，${place}`,
  noHeader: "不发送请求头",
  places: { keychain: "保存在钥匙串中", memory: "仅本次运行", none: "未设置" },
  check: "立即导出",
  replace: "更换…",
  remove: "移除",
  removeTitle: "移除采集器？",
  removeDetail: "本机将不再保存地址和请求头，也不再发送数据。采集器中已有的数据不受影响。",
  removed: "采集器已移除",

  told: "同时发送",
  team: "团队标签",
  teamHelp: "附在本机的所有数据上。留空则不发送。",
  folders: "项目",
  foldersHelp: "哈希只能区分项目，看不出项目名称。",
  folderNames: { hash: "只发送哈希", name: "发送文件夹名称", path: "发送完整路径" },
  host: "本机名称",
  user: "账户名称",

  outcomes: {
    accepted: "采集器已接收",
    partial: "采集器拒绝了部分数据",
    refused: "采集器拒绝了请求",
    "not-otlp": "该地址不是采集器",
    busy: "采集器要求稍后再试",
    unreachable: "无法连接采集器",
  },
  lastTry: (iso) => `尝试于 ${when(iso)}`,
};
