/** Words of the commands that run in the background. */
export const background = {
  count: (commands: number) => (commands === 1 ? "1 running" : `${commands} running`),
  title: "Running in the background",
  note: "When one ends, its step in the conversation says what it changed.",
  outputOf: (command: string) => `Output of ${command}`,
  noOutput: "It has printed nothing yet.",
  input: "Type a line, Enter sends it",
  inputOf: (command: string) => `Input of ${command}`,
  openPort: (port: number) => `Open port ${port}`,
  portNote:
    "Opens in your browser. Until the command ends, everyone on this computer can reach it.",
  stop: "Stop",
  stopNamed: (command: string) => `Stop ${command}`,
};
