import type { Messages } from "../en.ts";

/** 后台命令的文字。 */
export const background: Messages["background"] = {
  count: (commands) => `${commands} 个后台命令`,
  title: "正在后台运行",
  note: "命令结束后，对话中的对应步骤会说明它更改了什么。",
  outputOf: (command) => `${command} 的输出`,
  noOutput: "还没有任何输出。",
  input: "输入一行，按 Enter 发送",
  inputOf: (command) => `${command} 的输入`,
  openPort: (port) => `打开端口 ${port}`,
  portNote: "在浏览器中打开。在命令结束之前，这台电脑上的所有人都可以访问它。",
  stop: "停止",
  stopNamed: (command) => `停止 ${command}`,
};
