type Groups = Readonly<Record<string, string>>;

/** " (2 times)" at the end of what is told once. */
const times = String.raw`(?: \((?<times>\d+) times\))?`;
const again = String.raw` Run it again with needs \["(?<need>[^"]+)"\] to ask for it\.`;

const count = ({ times: number }: Groups): string =>
  number === undefined ? "" : `（${number} 次）`;
const ask = ({ need = "" }: Groups): string => `如需访问，可用 needs ["${need}"] 重新运行并询问。`;

const remade = ({ root = "" }: Groups): string => `撤销会重新创建 ${root}，并恢复已涵盖的文件。`;

const why: Readonly<Record<string, string>> = {
  "changed before the old bytes were kept": "在保留旧内容之前已更改",
  "too large to be kept": "过大，无法保留",
  "of folders like this only the presence is known": "这类文件夹只知道是否存在",
  "another repository's history": "另一个仓库的历史",
  "no regular file or folder": "不是普通文件或文件夹",
};

/** Lines that main says about a command that has run, as it says them, and in Chinese. What is not here stays as it is. */
const notes: readonly (readonly [RegExp, (groups: Groups) => string])[] = (
  [
    [
      String.raw`Blocked: a connection to (?<place>\S+)${times}\.${again}`,
      (of) => `已阻止：连接 ${of["place"]}${count(of)}。${ask(of)}`,
    ],
    [
      String.raw`Blocked: (?<place>\S+)${times}, which lies in a private network\.${again}`,
      (of) => `已阻止：${of["place"]}${count(of)}，位于专用网络中。${ask(of)}`,
    ],
    [
      String.raw`Blocked: (?<place>\S+)${times}, which leads to this machine or to an address that is never open to commands\.`,
      (of) => `已阻止：${of["place"]}${count(of)}，指向本机或从不对命令开放的地址。`,
    ],
    [
      String.raw`Blocked: a connection to (?<place>\S+)${times} that spoke to another server, or not by TLS\.`,
      (of) => `已阻止：到 ${of["place"]} 的连接${count(of)}，实际访问了其他服务器或未使用 TLS。`,
    ],
    [
      String.raw`Blocked: a request that no proxy understands${times}\.`,
      (of) => `已阻止：代理无法理解的请求${count(of)}。`,
    ],
    [
      String.raw`Blocked: more connections at once than a command may have${times}\.`,
      (of) => `已阻止：同时的连接数超过命令的上限${count(of)}。`,
    ],
    [
      String.raw`Blocked: connections to many other places${times}\.`,
      (of) => `已阻止：到许多其他地址的连接${count(of)}。`,
    ],
    [
      String.raw`Blocked: a change of git's history\.${again}`,
      (of) => `已阻止：更改 git 历史。${ask(of)}`,
    ],
    [
      String.raw`Blocked: a change of (?<path>.+), which steers what is executed here\.${again}`,
      (of) => `已阻止：更改 ${of["path"]}，它影响此处会执行的内容。${ask(of)}`,
    ],
    [
      String.raw`Blocked: a write to (?<path>.+), which is read-only for commands\.`,
      (of) => `已阻止：写入 ${of["path"]}，对命令只读。`,
    ],
    [
      String.raw`Blocked: a write to (?<path>.+)\. Run it again with needs \["write:FOLDER"\] to ask for it, or write elsewhere\.`,
      (of) =>
        `已阻止：写入 ${of["path"]}。可用 needs ["write:FOLDER"] 重新运行并询问，或写到别处。`,
    ],
    [
      String.raw`Blocked: the network\. What is allowed is reached through HTTP_PROXY: .*`,
      () =>
        '已阻止：访问网络。已允许的地址经 HTTP_PROXY 访问：可用 needs ["network:HOST"] 重新运行并询问；若程序不支持代理，则用 ["no-sandbox"]。',
    ],
    [
      String.raw`Network: sent (?<up>[\d.]+) (?<upUnit>\w+) to (?<host>\S+), received (?<down>[\d.]+) (?<downUnit>\w+)\.`,
      (of) =>
        `网络：向 ${of["host"]} 发送 ${of["up"]} ${unit(of["upUnit"])}，接收 ${of["down"]} ${unit(of["downUnit"])}。`,
    ],
    [
      String.raw`Network: (?<place>\S+) was not found${times}\.`,
      (of) => `网络：未找到 ${of["place"]}${count(of)}。`,
    ],
    [String.raw`… and (?<more>\d+) more places\.`, (of) => `… 另有 ${of["more"]} 处。`],
    [String.raw`… and (?<more>\d+) more hosts\.`, (of) => `… 另有 ${of["more"]} 个主机。`],
    [
      String.raw`Limit: commands may have (?<most>[\d,]+) processes at a time\.`,
      (of) => `上限：命令同时最多可有 ${of["most"]} 个进程。`,
    ],
    [
      String.raw`Limit: one process of a command may hold (?<most>[\d.]+ GB) of data\. Take less at a time\.`,
      (of) => `上限：命令的一个进程最多可占用 ${of["most"]} 数据。请减少每次处理的量。`,
    ],
    [
      String.raw`Limit: its processes together held (?<had>\S+ \S+) of memory, and a command may hold (?<most>\S+ \S+) \(a setting\)\. .*`,
      (of) =>
        `上限：其进程共占用 ${of["had"]} 内存，命令最多可占用 ${of["most"]}（可在设置中更改）。请减少每次处理的量或同时运行的数量。`,
    ],
    [
      String.raw`Limit: its processes together used (?<had>\S+ \S+) of processor time, and a command may use (?<most>\S+ \S+) \(a setting\)\.`,
      (of) =>
        `上限：其进程共用去 ${of["had"]} 处理器时间，命令最多可用 ${of["most"]}（可在设置中更改）。`,
    ],
    [
      String.raw`It was killed: by itself, or by the system because memory was short, which ends commands first\.`,
      () => "它被强制结束：由它自己，或因内存不足由系统结束（系统会先结束命令）。",
    ],
    [
      String.raw`Took back (?<path>.+), which steers what is executed here; it would need your leave\. A safety copy is in (?<copy>.+)\.`,
      (of) =>
        `已收回 ${of["path"]}：它影响此处会执行的内容，需要你的许可。安全副本在 ${of["copy"]}。`,
    ],
    [
      String.raw`(?<path>.+): came to be while it ran, and steers what is executed here\. Remove it unless it is yours\.`,
      (of) => `${of["path"]}：在它运行期间出现，影响此处会执行的内容。若不是你的，请删除。`,
    ],
    [
      String.raw`Took back (?<path>.+), which steers what is executed here; a command needs steering-files for that\. Redo brings it back\.`,
      (of) =>
        `已收回 ${of["path"]}：它影响此处会执行的内容，命令需要 steering-files 许可。重做可恢复。`,
    ],
    [
      String.raw`(?<path>.+): changed while it ran, and steers what is executed here\. Undo this command unless the change is yours\.`,
      (of) =>
        `${of["path"]}：在它运行期间被更改，影响此处会执行的内容。若不是你改的，请撤销此命令。`,
    ],
    [
      String.raw`When it ran, (?<covered>\d+) of (?<files>\d+) files were covered by undo\.`,
      (of) => `它运行时，撤销涵盖 ${of["files"]} 个文件中的 ${of["covered"]} 个。`,
    ],
    [
      String.raw`Undo does not cover (?<names>.+): (?<why>${Object.keys(why).join("|")})\.`,
      (of) => `撤销不涵盖 ${of["names"]}：${why[of["why"] ?? ""]}。`,
    ],
    [
      String.raw`What (?<path>.+) was before is kept as safety copy (?<copy>\w+)\.`,
      (of) => `${of["path"]} 之前的内容已保留为安全副本 ${of["copy"]}。`,
    ],
    [
      String.raw`Somebody else wrote (?<path>.+) at the same moment\. Their version is kept as safety copy (?<copy>\w+)\.`,
      (of) => `其他程序同时写入了 ${of["path"]}。其版本已保留为安全副本 ${of["copy"]}。`,
    ],
    [
      String.raw`What this command changed could not be looked at \((?<why>.+)\)\. Belay looks again before the next one\.`,
      (of) => `无法查看此命令更改了什么（${of["why"]}）。Belay 会在下一条命令之前再次查看。`,
    ],
    [
      String.raw`This command changed the mode of the project folder itself, (?<modes>.+)\. Undo leaves it as it is\.`,
      (of) => `此命令更改了项目文件夹本身的权限：${of["modes"]}。撤销保持其原样。`,
    ],
    [
      String.raw`This command put another folder in the place of the project folder\. .*`,
      () => "此命令用另一个文件夹替换了项目文件夹。检查点在新文件夹中继续，撤销会把文件放回其中。",
    ],
    [
      String.raw`This command put something else in the place of the project folder\. .* Undo makes (?<root>.+) again, with the files that were covered\.`,
      (of) => `此命令在项目文件夹的位置放了别的东西。移走后：${remade(of)}`,
    ],
    [
      String.raw`This command removed or moved the project folder itself\. Undo makes (?<root>.+) again, with the files that were covered\.`,
      (of) => `此命令删除或移动了项目文件夹本身。${remade(of)}`,
    ],
    [
      String.raw`This command moved the project folder itself to (?<place>.+)\. Undo makes (?<root>.+) again, with the files that were covered\. .*`,
      (of) => `此命令把项目文件夹移到了 ${of["place"]}。${remade(of)}新位置的内容保持不变。`,
    ],
    [
      String.raw`Too large to be kept from before the command: git's (?<names>.+)\.`,
      (of) => `过大，命令运行前的内容未能保留：git 的 ${of["names"]}。`,
    ],
    [
      String.raw`Git history was changed, which undo leaves as it is: (?<lines>.+)\.`,
      (of) => `git 历史已更改，撤销保持其原样：${of["lines"]}。`,
    ],
  ] satisfies readonly (readonly [string, (groups: Groups) => string])[]
).map(([pattern, say]) => [new RegExp(`^${pattern}$`, "s"), say]);

const unit = (word: string | undefined): string => (word === "bytes" ? "字节" : (word ?? ""));

/** A line of a command's card. Names and paths in it stay as they are. */
export function mainNote(text: string): string {
  for (const [pattern, say] of notes) {
    const found = pattern.exec(text);
    if (found !== null) return say(found.groups ?? {});
  }
  return text;
}
