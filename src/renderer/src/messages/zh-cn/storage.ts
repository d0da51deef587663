import type { Messages } from "../en.ts";

const day = (date: Date): string =>
  date.toLocaleDateString("zh-CN", { day: "numeric", month: "short", year: "numeric" });
const number = (value: number): string => value.toLocaleString("zh-CN");

/** 设置中关于撤销所占空间的一页。 */
export const storage: Messages["storage"] = {
  intro:
    "更改文件之前，会保存它的安全副本：“撤销”恢复的就是这些副本。副本存放在 Belay 自己的文件夹中，不在项目和其 git 里。",
  project: "项目",
  failed: "无法读取占用空间。",
  none: "还没有打开过项目。",
  size: "占用空间",
  of: (used, quota) => `${used}，上限 ${quota}`,
  baseline: "项目的初次扫描，用于撤销命令",
  baselineApart: "不计入上限：其大小取决于项目，不随使用增长。",
  copies: (checkpoints) => `${number(checkpoints)} 个安全副本`,
  since: (date) => `自 ${day(date)} 起`,
  pinned: (pinned) => `${number(pinned)} 个副本已固定，不会被清除`,
  dropped: (date, checkpoints) => `${day(date)} 因超出上限清除了 ${number(checkpoints)} 个旧副本。`,
  quota: "每个项目的最大空间（MB）",
  quotaHelp: (inForce) =>
    `最旧的副本先清除。此项目当前上限：${inForce}；不超过可用磁盘空间的十分之一。`,
  quotaInvalid: "请填写 64 到 1,048,576 的整数。",
  days: "副本保留天数",
  daysHelp: "已固定的副本、最近的提示词、撤销记录和救回的文件会保留更久。",
  daysInvalid: "请填写 1 到 3650 的整数。",
  caches: "命令的私有主目录和软件包缓存",
  cachesDetail: "只有此项目中受沙箱限制的命令能看到。需要的内容会重新获取。",
  held: (copies) => `从命令收回的 ${number(copies)} 个文件，每个至少保留 30 天`,
  clearCaches: "清除缓存",
  cleared: (bytes) => `已清除 ${bytes} 的缓存`,
  free: "释放空间…",
  freeTitle: "释放空间",
  freeDetail: (project) =>
    `清除 ${project} 的旧安全副本。对应的更改将无法再撤销。你的文件不受影响。`,
  olderThan: "早于（天）",
  olderThanInvalid: "请填写 0 到 36,500 的数字。",
  asking: "正在查看可清除的内容…",
  would: (checkpoints, sessions, bytes) =>
    sessions === 0
      ? `将清除 ${number(checkpoints)} 个副本：${bytes}。`
      : `将清除 ${number(checkpoints)} 个副本，其中包含 ${number(sessions)} 个会话的全部副本：${bytes}。`,
  wouldNothing: "没有这么旧的副本。",
  spared: (spared) =>
    `${number(spared)} 个更旧的副本会保留：已固定、最近的、撤销记录或救回的文件。`,
  confirm: (bytes) => `释放 ${bytes}`,
  freed: (checkpoints, bytes) => `已释放 ${bytes}：清除了 ${number(checkpoints)} 个副本`,
};
