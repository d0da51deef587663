import type { CheckOutcome, EndpointAbilities, EndpointCheck } from "../../shared/endpoint.ts";
import type { ModelFacts } from "../catalogue/model-facts.ts";
import type { ProbeAnswer } from "./send-probe.ts";

/** One request of an endpoint's test. `fallback` is sent in its place when it is refused. */
export interface ProbeStep {
  readonly checks: readonly EndpointCheck[];
  readonly name: keyof ProbeAnswers;
  readonly body: object;
  readonly fallback?: object;
  readonly maxOutputTokens: number;
}

/** What the requests brought, by their names. */
export interface ProbeAnswers {
  readonly count?: ProbeAnswer;
  readonly countNew?: ProbeAnswer;
  readonly parallel?: ProbeAnswer;
  readonly choice?: ProbeAnswer;
  readonly partial?: ProbeAnswer;
  readonly think?: ProbeAnswer;
  readonly names?: ProbeAnswer;
  /** Steps whose first body was refused and whose fallback was taken. */
  readonly fellBack: ReadonlySet<string>;
}

const user = (content: string) => ({ role: "user", content });

/** Cannot be done within the limit, so a limit that is heeded cuts it. */
const counting = user("Count from 1 to 60 in digits, separated by spaces, and write nothing else.");
const countLimit = 12;

const pathTool = (name: string, description: string) => ({
  type: "function",
  function: {
    name,
    description,
    parameters: {
      type: "object",
      properties: { path: { type: "string" } },
      required: ["path"],
    },
  },
});
const readFile = pathTool("read_file", "Reads a file.");
const listFiles = pathTool("list_files", "Lists the files of a folder.");

const limited = (tokens: number) => ({ max_tokens: tokens });
const tools = [readFile, listFiles];

/** The requests of a test, in order; `toolNames` are those that Belay will send. */
export function probeSteps(
  model: string,
  facts: ModelFacts | undefined,
  toolNames: readonly string[],
): readonly ProbeStep[] {
  // What the requests cost is to be known: only an endpoint that refuses to tell is not asked again.
  const base = { model, stream: true, stream_options: { include_usage: true } };
  const quiet = { ...base, ...facts?.thinking.levels.off };
  return [
    ...limitSteps(quiet),
    ...toolSteps(quiet),
    partialStep(quiet),
    ...thinkingSteps(base, facts),
    {
      checks: ["names"],
      name: "names",
      body: {
        ...quiet,
        ...limited(8),
        messages: [user("Say OK.")],
        tools: toolNames.map((name) => pathTool(name, "A tool.")),
      },
      maxOutputTokens: 8,
    },
  ];
}

function limitSteps(base: object): readonly ProbeStep[] {
  const counted = { ...base, messages: [counting] };
  const body = { ...counted, ...limited(countLimit) };
  return [
    {
      checks: ["usage", "limit"],
      name: "count",
      body,
      fallback: withoutUsage(body),
      maxOutputTokens: countLimit,
    },
    {
      checks: ["limit"],
      name: "countNew",
      body: { ...counted, max_completion_tokens: countLimit },
      maxOutputTokens: countLimit,
    },
  ];
}

function toolSteps(base: object): readonly ProbeStep[] {
  const both = {
    ...base,
    ...limited(300),
    messages: [user("Read the files a.txt and b.txt. Call read_file for both at once.")],
    tools,
  };
  return [
    {
      checks: ["parallel"],
      name: "parallel",
      body: { ...both, parallel_tool_calls: true },
      fallback: both,
      maxOutputTokens: 300,
    },
    {
      checks: ["choice"],
      name: "choice",
      body: {
        ...base,
        ...limited(200),
        messages: [user("Say hello.")],
        tools,
        tool_choice: { type: "function", function: { name: "list_files" } },
      },
      maxOutputTokens: 200,
    },
  ];
}

const partialStep = (base: object): ProbeStep => ({
  checks: ["partial"],
  name: "partial",
  body: {
    ...base,
    ...limited(24),
    messages: [
      user("Write the alphabet in small letters without spaces, and write nothing else."),
      { role: "assistant", content: "abcdefg", partial: true },
    ],
  },
  maxOutputTokens: 24,
});

/** A little thinking, in the way the model takes it; a model that takes none that is known is heard as it answers otherwise. */
function thinkingSteps(base: object, facts: ModelFacts | undefined): readonly ProbeStep[] {
  const { levels, maxBudgetTokens } = facts?.thinking ?? { levels: {}, maxBudgetTokens: null };
  const fields =
    maxBudgetTokens === null ? levels.low : { enable_thinking: true, thinking_budget: 100 };
  if (fields === undefined) return [];
  return [
    {
      checks: ["reasoning"],
      name: "think",
      body: {
        ...base,
        ...fields,
        ...limited(200),
        messages: [user("Is 91 prime? Answer yes or no.")],
      },
      maxOutputTokens: 400,
    },
  ];
}

/** The same request of an endpoint that does not take `stream_options`. */
export const withoutUsage = (body: object): object =>
  Object.fromEntries(Object.entries(body).filter(([name]) => name !== "stream_options"));

/** What the answers show, check by check, and what the requests to come go by. */
export function judge(
  answers: ProbeAnswers,
  preferred: ModelFacts["outputLimitField"],
): { readonly outcomes: readonly CheckOutcome[]; readonly abilities: EndpointAbilities } {
  const limit = limitField(answers, preferred);
  const all = [answers.count, answers.countNew, answers.parallel, answers.choice, answers.think];
  const reasoning = all.find((answer) => answer?.reasoningField)?.reasoningField ?? null;
  const calls = [answers.parallel, answers.choice].some(
    (answer) => (answer?.calls.length ?? 0) > 0,
  );
  const refusesTools = answers.parallel?.refused != null && answers.choice?.refused != null;
  const partial = goesOn(answers.partial);
  const streams = answers.count?.refused === null;
  const outcomes: CheckOutcome[] = [
    usageOutcome(answers),
    {
      check: "limit",
      outcome: limit === null ? outcomeOf(answers.count, false) : "yes",
      detail: limit ?? saidBy(answers.count),
    },
    {
      check: "parallel",
      outcome: parallelOutcome(answers.parallel),
      detail: saidBy(answers.parallel),
    },
    {
      check: "choice",
      outcome: outcomeOf(answers.choice, answers.choice?.calls[0] === "list_files"),
      detail: saidBy(answers.choice),
    },
    { check: "partial", outcome: partial, detail: saidBy(answers.partial) },
    {
      check: "reasoning",
      outcome: reasoning === null ? "unknown" : "yes",
      detail: reasoning ?? "",
    },
    { check: "names", outcome: outcomeOf(answers.names, true), detail: saidBy(answers.names) },
  ];
  return {
    outcomes,
    abilities: {
      tools: calls ? true : refusesTools ? false : null,
      streamOptions: streams ? !answers.fellBack.has("count") : null,
      parallelField: answers.parallel?.refused === null ? !answers.fellBack.has("parallel") : null,
      partial: partial === "unknown" ? null : partial === "yes",
      outputLimitField: limit,
      reasoningField: reasoning,
    },
  };
}

type Outcome = CheckOutcome["outcome"];

function outcomeOf(answer: ProbeAnswer | undefined, isSo: boolean): Outcome {
  if (answer === undefined) return "unknown";
  return answer.refused === null && isSo ? "yes" : "no";
}

function usageOutcome({ count, fellBack }: ProbeAnswers): CheckOutcome {
  const reports = count !== undefined && count.usage !== null && !fellBack.has("count");
  return { check: "usage", outcome: outcomeOf(count, reports), detail: saidBy(count) };
}

/** A model may well call one tool after the other: that says nothing, two at once do. */
function parallelOutcome(answer: ProbeAnswer | undefined): Outcome {
  if (answer === undefined || (answer.refused === null && answer.calls.length === 0))
    return "unknown";
  return outcomeOf(answer, answer.calls.length > 1);
}

function goesOn(answer: ProbeAnswer | undefined): Outcome {
  if (answer === undefined) return "unknown";
  if (answer.refused !== null) return "no";
  const text = answer.text.trimStart();
  if (/^h/i.test(text)) return "yes";
  // Starting over shows that the beginning was not gone on with; anything else shows what the model made of the task.
  return /^\W*abc/i.test(text) ? "no" : "unknown";
}

/** The field that cuts an answer; of two that do, the one the model is said to want. */
function limitField(
  { count, countNew }: ProbeAnswers,
  preferred: ModelFacts["outputLimitField"],
): ModelFacts["outputLimitField"] | null {
  const heeded: ModelFacts["outputLimitField"][] = [
    ...(isCut(count) ? ["max_tokens" as const] : []),
    ...(isCut(countNew) ? ["max_completion_tokens" as const] : []),
  ];
  return heeded.includes(preferred) ? preferred : (heeded[0] ?? null);
}

const isCut = (answer: ProbeAnswer | undefined): boolean =>
  answer?.refused === null && answer.wasCut;

/** The endpoint's own words, short enough for a table. */
const saidBy = (answer: ProbeAnswer | undefined): string =>
  (answer?.refused ?? "").replaceAll(/\s+/g, " ").trim().slice(0, 200);
