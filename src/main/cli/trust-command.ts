import { AppError } from "../../shared/errors.ts";
import type { TrustReport } from "../../shared/trust.ts";
import type { Core } from "../core.ts";
import { steeringRules } from "../trust/steering-files.ts";
import type { Trust } from "../trust/trust.ts";
import { badArguments, exitCodes, required, type ParsedArguments } from "./arguments.ts";
import { openFolder, shellWord } from "./open-folder.ts";
import { jsonLine, printable, table, type CommandIo } from "./output.ts";

/** `belay trust`: what in a folder could run code or steer the agent; looks at one, accepts its content as it is now, or no more. */
export async function trustCommand(
  core: Core,
  parsed: ParsedArguments,
  io: CommandIo,
): Promise<number> {
  const act = trustAct(parsed);
  const path = required(parsed, "workspace");
  const { trust } = await openFolder(core, { path, confirmed: true }, io);
  return act(trust, parsed, io);
}

type TrustAct = (trust: Trust, parsed: ParsedArguments, io: CommandIo) => Promise<number>;

/** What the command is to do beside listing. Bad arguments are refused before anything is opened. */
function trustAct(parsed: ParsedArguments): TrustAct {
  const [show, accept, withdraw] = ["show", "accept", "withdraw"].map((name) => parsed.text(name));
  if ([show, accept, withdraw].filter((path) => path !== undefined).length > 1)
    throw badArguments("trust", "give one of --show, --accept, --withdraw");
  if (show !== undefined)
    return async (trust, _parsed, io) => {
      const content = await trust.content(show);
      io.out(parsed.flag("json") ? jsonLine(content) : printable(`${content.text}\n`));
      return exitCodes.done;
    };
  if (accept !== undefined)
    return async (trust, ...to) => {
      const { hash } = await trust.content(accept);
      return print(await trust.accept([{ path: accept, hash }]), ...to);
    };
  if (withdraw !== undefined)
    return async (trust, ...to) => print(await trust.withdraw([withdraw]), ...to);
  return async (trust, ...to) => print(await trust.list(), ...to);
}

const reasons = new Map(steeringRules.map(({ kind, reason }) => [kind, reason]));

function print(report: TrustReport, parsed: ParsedArguments, io: CommandIo): number {
  if (report.warning !== null) io.error(printable(`${report.warning}\n`));
  if (parsed.flag("json")) io.out(jsonLine(report));
  else if (report.items.length === 0)
    io.out("Nothing here could run code or steer the agent by itself.\n");
  else {
    const rows = report.items.map(({ state, path, kind }) => [
      state,
      path,
      reasons.get(kind) ?? kind,
    ]);
    io.out(printable(table(["state", "path", "why"], rows)));
    if (!report.complete) io.error("There are more: the folder is too large to name all.\n");
  }
  return exitCodes.done;
}

/** A run must not wait for the look at a large folder: what is told of then is what lies on top. */
const lookEntries = 10_000;

/** After a run, one line on standard error about what is off in the folder; nothing where there is nothing. */
export async function tellSteering(core: Core, workspace: string, io: CommandIo): Promise<void> {
  try {
    const { trust } = await core.workspaces.open(workspace, { confirmed: true });
    const { off, complete } = await trust.list({ most: lookEntries, signal: io.signal });
    if (off === 0) return;
    const what = `${off} ${off === 1 ? "item" : "items"}${complete ? "" : " or more"}`;
    const see = `belay trust --workspace ${shellWord(workspace)}`;
    io.error(printable(`${what} here can run code or steer the agent; all off. See: ${see}\n`));
  } catch (error) {
    // A folder that is gone by now has nothing to tell of.
    if (!io.signal.aborted && !(error instanceof AppError)) throw error;
  }
}
