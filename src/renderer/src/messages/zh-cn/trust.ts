import type { Messages } from "../en.ts";

/** 项目自带内容能做什么：横幅和清单。 */
export const trust: Messages["trust"] = {
  banner: (off, isAll) =>
    `此处有 ${off} 项${isAll ? "" : "以上"}内容可能运行代码或影响智能体；全部未启用`,
  review: "查看",
  later: "隐藏，直到有变化",
  action: "查看此项目中可能运行代码或影响智能体的内容…",
  title: "此项目中可能运行代码或影响智能体的内容",
  intro:
    "无论是否接受，Belay 都不会运行或听从这些内容。其他程序会：由您或某条命令启动的 git、编辑器、包管理器。接受表示您了解此内容；内容变化后会重新视为未接受。",
  list: "发现的内容",
  content: "起作用的部分",
  none: "此处没有会自行运行代码或影响智能体的内容。",
  incomplete: "项目过大或此类内容过多，未能全部列出。",
  cut: "仅显示开头部分。",
  accept: "接受此内容",
  acceptAll: (items) => `接受全部 ${items} 项`,
  withdraw: "撤回",
  states: { off: "未启用", changed: "已变化", accepted: "已接受" },
  kinds: {
    git: {
      name: "Git",
      reason: "Git 从这里取得要运行的程序：钩子、过滤器、别名、编辑器、分页器。",
    },
    "git-drivers": { name: "Git 属性", reason: "指定 git 对哪些文件启动哪些过滤器和差异程序。" },
    "hook-manager": {
      name: "Git 钩子",
      reason: "安装钩子后，git 在提交、推送或检出时运行的命令。",
    },
    "tool-server": { name: "工具服务", reason: "列出智能体会启动的程序或访问的地址，作为其工具。" },
    agent: { name: "智能体指令", reason: "编程智能体会当作用户本人意愿的指令和设置。" },
    "hidden-files": {
      name: "隐藏文件",
      reason: "在智能体的列表和搜索中隐藏文件，不能显示或放行任何内容。",
    },
    environment: { name: "环境", reason: "进入文件夹时由 Shell 或版本管理器运行。" },
    variables: {
      name: "变量",
      reason: "程序从这里加载的变量可能改变请求和密钥的去向，或加载代码。",
    },
    packages: { name: "软件包", reason: "指定软件包的来源、所用密钥以及包管理器加载的内容。" },
    scripts: { name: "包脚本", reason: "其脚本会在安装软件包时自行运行，也可由命令按名称运行。" },
    editor: {
      name: "编辑器",
      reason: "编辑器会运行其任务、调试器和程序，有些在打开文件夹时运行。",
    },
    container: { name: "开发环境", reason: "以自带命令构建或进入开发环境。" },
    shell: {
      name: "Shell 启动",
      reason: "以此文件夹为主目录时，Shell、解释器或登录会在启动时运行。",
    },
    ci: { name: "构建服务器", reason: "推送后在构建服务器上运行，往往可接触密钥。" },
    build: { name: "构建", reason: "构建、测试和检查命令按其内容执行。" },
  },
};
