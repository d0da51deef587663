import type { Blocked, Way } from "../../shared/blocked.ts";
import { approve } from "./approve.ts";
import {
  executeCall,
  toolContext,
  type AnsweredCall,
  type Ended,
  type RunnableCall,
} from "./execute-call.ts";
import { cautionsOf, factsOf, lookAt, reasonOf } from "./look-at-call.ts";
import type { ApprovalDecision } from "./ports.ts";
import { recordDecision } from "./record-decision.ts";
import type { TurnContext } from "./turn-context.ts";

/** A command can hit another wall each time: after so many questions the model is told. */
const mostQuestions = 3;
/** As many as a call's needs may have. */
const mostNeeds = 8;

/**
 * Runs a call. Where the sandbox stops it and a person is there, they are asked how it goes on before the model learns of it: once for
 * each wall. Both runs are one call: its changes, and what undo takes back.
 */
export async function runCall(context: TurnContext, call: AnsweredCall): Promise<Ended> {
  const asked = new Set<string>();
  let current = call;
  let ended = await executeCall(context, call);
  let run = ended;
  for (let count = 0; count < mostQuestions; count += 1) {
    const walls = wallsToAskAbout(context, current, { run, asked });
    if (walls.length === 0) break;
    for (const wall of walls) asked.add(keyOf(wall));
    const answer = await askHowToGoOn(context, current, { walls, run });
    if (answer.next === null) return told(ended, answer.why);
    current = answer.next;
    run = await executeCall(context, current);
    ended = joined(ended, run, { walls, way: answer.way });
  }
  return ended;
}

const keyOf = ({ wall, place }: Blocked): string => `${wall} ${place}`;
const needsOf = ({ tool, input }: RunnableCall): readonly string[] =>
  tool.describe(input).command?.needs ?? [];

/** What a run was, and the walls that were asked about already. */
interface Stopped {
  readonly run: Ended;
  readonly asked: ReadonlySet<string>;
}

/** The walls of a run that are new, and that a person can do something about. */
function wallsToAskAbout(
  context: TurnContext,
  call: AnsweredCall,
  { run, asked }: Stopped,
): readonly Blocked[] {
  const { attended } = toolContext(context, call.callId);
  if (!attended || context.signal.aborted || call.tool.withNeeds === undefined) return [];
  const has = needsOf(call);
  const seen = new Set<string>();
  const fresh = (run.blocked ?? []).filter((wall) => {
    const isNew = !asked.has(keyOf(wall)) && !seen.has(keyOf(wall));
    seen.add(keyOf(wall));
    // What it had been given did not help: asked for again, it would not either.
    return isNew && (wall.need === null || !has.includes(wall.need));
  });
  return fresh.slice(0, mostNeeds - has.length);
}

type GoOn =
  | { readonly next: AnsweredCall; readonly way: Way }
  /** `why`: what the model learns beside the result; "" for nothing. */
  | { readonly next: null; readonly why: string };

const tellAgent: GoOn = { next: null, why: "" };

async function askHowToGoOn(
  context: TurnContext,
  call: AnsweredCall,
  { walls, run }: { readonly walls: readonly Blocked[]; readonly run: Ended },
): Promise<GoOn> {
  const { sessionId } = context.log.state();
  const base = { sessionId, turnId: context.turnId, callId: call.callId };
  const needs = [...new Set([...needsOf(call), ...walls.flatMap(({ need }) => need ?? [])])];
  const widened = { ...call, note: null, input: withNeeds(call, needs) };
  const asking = await lookAt(context, widened);
  const facts = asking.command === null ? null : factsOf(context, asking, asking.command);
  const reason = [`Blocked: ${walls.map(wordsFor).join("; ")}.`, reasonOf(asking, facts)].join(" ");
  const cautions = cautionsOf(asking);
  const event = context.log.append({
    ...base,
    type: "approval-request",
    reason,
    title: asking.text.title,
    detail: asking.text.detail,
    onlyOnce: true,
    ...(facts === null ? {} : { command: facts }),
    ...(cautions === undefined ? {} : { cautions }),
    blocked: {
      walls: [...walls],
      result: run.result,
      exitCode: run.exitCode ?? null,
      changes: [...(run.changes ?? [])],
      notes: [...(run.notes ?? [])],
    },
  });
  try {
    const question = { ...base, question: event?.seq ?? null, blocked: true as const };
    const answer = await context.approvals.ask(question, context.signal);
    const way = wayOf(answer, walls);
    const decision = way === "here" ? "allow" : "deny";
    recordDecision(context, asking, { by: "person", decision, way, reason });
    context.log.append({ ...base, type: "approval-end", decision, way });
    if (way === "tell") return tellAgent;
    return way === "here"
      ? { next: { ...widened, isAllowed: true }, way }
      : await outside(context, call);
  } catch (error) {
    if (!context.signal.aborted) throw error;
    recordDecision(context, asking, { by: "person", decision: "cancel", reason });
    context.log.append({ ...base, type: "approval-end", decision: "cancel" });
    return tellAgent;
  }
}

/** Nothing is opened by a yes where nothing can be. */
function wayOf(answer: ApprovalDecision, walls: readonly Blocked[]): Way {
  if (answer.decision !== "go-on") return "tell";
  const opens = walls.some(({ need }) => need !== null);
  return answer.way === "here" && !opens ? "tell" : answer.way;
}

const withNeeds = ({ tool, input }: RunnableCall, needs: readonly string[]): typeof input =>
  tool.withNeeds?.(input, needs) ?? input;

/** By the approval that any command needs which is to run outside of the sandbox. */
async function outside(context: TurnContext, call: AnsweredCall): Promise<GoOn> {
  const bare = { ...call, note: null, input: withNeeds(call, ["no-sandbox"]) };
  const verdict = await approve(context, bare);
  if (verdict === "needs-approval") return tellAgent;
  return "status" in verdict
    ? { next: null, why: `Not run outside of the sandbox. ${verdict.result}` }
    : { next: { ...bare, ...verdict }, way: "outside" };
}

const told = (ended: Ended, why: string): Ended =>
  why === "" ? ended : { ...ended, result: `${ended.result}\n${why}` };

/** Two runs as the one call that they are. */
function joined(
  first: Ended,
  second: Ended,
  { walls, way }: { readonly walls: readonly Blocked[]; readonly way: Way },
): Ended {
  const places = walls.map(wordsFor).join("; ");
  const how =
    way === "here"
      ? "The person allowed that, and it was run again"
      : "The person had it run again, once, outside of the sandbox";
  const before = first.exitCode == null ? "" : ` (exit code ${first.exitCode})`;
  const line = `A first run was stopped by the sandbox${before}: ${places}. ${how}. What follows is of the second run.`;
  // A run's record is that of its whole call; one that did not come to run has none.
  const changes = second.exitCode === undefined ? first.changes : second.changes;
  const kept = (first.notes ?? []).filter((note) => !note.startsWith("Blocked: "));
  return {
    ...second,
    result: `${line}\n${second.result}`,
    durationMs: (first.durationMs ?? 0) + (second.durationMs ?? 0),
    ...(changes === undefined ? {} : { changes }),
    notes: [...new Set([...kept, ...(second.notes ?? [])])],
    seen: [...(first.seen ?? []), ...(second.seen ?? [])],
  };
}

/** For who has no card. */
function wordsFor({ wall, place }: Blocked): string {
  switch (wall) {
    case "network":
      return place === "" ? "the network" : `a connection to ${place}`;
    case "private-network":
      return `a connection to ${place}, which lies in a private network`;
    case "git-history":
      return "a change of git's history";
    case "steering-files":
      return `a change of ${place}, which steers what is executed here`;
    case "write":
    case "read-only":
      return `a write to ${place}`;
    default:
      return wall satisfies never;
  }
}
