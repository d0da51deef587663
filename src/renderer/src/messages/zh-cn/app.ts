import type { Messages } from "../en.ts";

export const app: Messages["app"] = {
  sidebar: "侧边栏",
  resizeSidebar: "侧边栏宽度",
  newSession: "新建会话",
  sessions: "会话",
  noSessionsDetail: "发送第一条提示词即可开始会话。",
  untitled: "新会话",
  chooseSession: "请选择一个会话，或新建会话",
  project: "项目",
  openProject: "打开其他项目…",
  dropFolder: "松开即可打开此文件夹",
  dropNoFolder: "Belay 只能打开文件夹，拖入的不是文件夹。",
  recentProjects: "最近的项目",
  projectMenu: (name: string) => `项目 ${name}：打开其他项目`,
  minutesAgo: (minutes: number) => `${minutes} 分钟`,
  hoursAgo: (hours: number) => `${hours} 小时`,
  daysAgo: (days: number) => `${days} 天`,
  justNow: "刚刚",
  statusRow: "状态",
  branch: "Git 分支",
  coverage: (covered, files) =>
    files === 0
      ? "命令撤销：正在查看项目"
      : `命令撤销：已覆盖 ${covered.toLocaleString("zh-CN")}/${files.toLocaleString("zh-CN")} 个文件`,
  coverageDetail:
    "Belay 会先完整记录一次项目，之后命令所做的更改就可以撤销。完成之前，命令的询问会说明尚未覆盖的内容。",
  noGit: "不是 Git 仓库",
  detached: "分离的 HEAD",
  modes: { plan: "规划", ask: "逐项确认", edit: "自动编辑", auto: "自动驾驶" },
  modeDetails: {
    plan: "只读，不做任何更改。",
    ask: "每次更改和每条命令都先询问。",
    edit: "自动修改文件，执行命令前先询问。",
    auto: "在沙箱内自动修改文件并执行命令。",
  },
  modeLabel: "模式",
  cost: "本会话费用",
  costAtMost: (most: string) => `≤ ${most}`,
  costAndAtMost: (cost: string, most: string) => `${cost} + ≤ ${most}`,
  costPartly: (cost: string, calls: number) => `${cost} + ${calls} 次价格未知的请求`,
  registryElectron: "registry Electron",
  registryElectronDetail:
    "Belay 正运行在第三方打包的 Electron 上，仅供试用：API Key 只在本次运行期间保留。",
  demo: "演示",
  demoDetail: "脚本模型在示例项目上运行，不会发送任何数据。",
  recovered: (lines: readonly string[]) => `崩溃后已恢复：${lines.join(" ")}`,
  review: "审阅",
  startFailed: "Belay 无法启动",
  noKey: "没有 API Key",
  addKey: "添加 API Key…",
  main: "会话",
};
