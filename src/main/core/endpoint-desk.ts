import type {
  CheckOutcome,
  EndpointNote,
  EndpointPlan,
  EndpointTest,
} from "../../shared/endpoint.ts";
import { AppError } from "../../shared/errors.ts";
import {
  createRequestId,
  createTurnId,
  sessionIdSchema,
  type SessionId,
} from "../../shared/ids.ts";
import { formatNano, parseNano, type Money } from "../../shared/money.ts";
import { noTokens } from "../../shared/usage.ts";
import type { Budget, RequestOutcome, RequestScope, UsagePort } from "../agent/ports.ts";
import { isFree } from "../../shared/request-cost.ts";
import type { Catalogue } from "../catalogue/catalogue.ts";
import type { EndpointNotes } from "../endpoint-notes.ts";
import {
  judge,
  probeSteps,
  withoutUsage,
  type ProbeAnswers,
  type ProbeStep,
} from "../providers/endpoint-probe.ts";
import { compatibleBase } from "../providers/native-url.ts";
import { sendProbe, type ProbeAnswer, type ProbeTarget } from "../providers/send-probe.ts";
import type { Pricing } from "../usage/pricing.ts";
import { toolNames } from "../tools/tool-names.ts";
import { unknownOutputLimit } from "./bind-model.ts";
import type { Endpoint, Endpoints } from "./endpoints.ts";

export interface EndpointDeskOptions {
  readonly endpoints: Endpoints;
  readonly catalogue: Catalogue;
  readonly notes: EndpointNotes;
  readonly usage: UsagePort;
  readonly pricing: Pricing;
  readonly budget: () => Budget | null;
  readonly userAgent: string;
}

/** Tests of the endpoint in the settings, which the person starts and which cost a few tokens. */
export interface EndpointDesk {
  /** What a test of the model would send; nothing is sent. "" = the model that is chosen by itself. */
  plan(model: string): Promise<EndpointPlan>;
  /** Sends it, keeps what was found, and from then on every request goes by it. Throws what sendProbe throws, and AppError("budget"). */
  test(model: string): Promise<EndpointTest>;
  stop(): void;
  /** What is known of the endpoint in the settings, model by model. */
  notes(): readonly EndpointNote[];
  forget(model: string): void;
  /** Where requests go, with the newest test of it. AppError("invalid-input") where the settings name no place. */
  facts(): Endpoint & { readonly test: EndpointTest | null };
}

export function createEndpointDesk(options: EndpointDeskOptions): EndpointDesk {
  const { endpoints, notes } = options;
  let underWay: AbortController | undefined;
  return {
    async plan(wanted) {
      const { place, model } = await subjectOf(options, wanted);
      return planOf(options, place, model);
    },
    async test(wanted) {
      if (underWay !== undefined)
        throw new AppError("conflict", "A test is under way. Stop it first, or wait.");
      underWay = new AbortController();
      try {
        const { place, model, key } = await subjectOf(options, wanted);
        const test = await runTest(options, { place, model, key, signal: underWay.signal });
        notes.keep(test);
        return test;
      } finally {
        underWay = undefined;
      }
    },
    stop: () => underWay?.abort(new AppError("cancelled", "The test was stopped.")),
    notes: () => notes.all().filter((note) => note.baseUrl === endpoints.current().baseUrl),
    facts: () => {
      const place = endpoints.current();
      const tests = notes
        .all()
        .flatMap(({ baseUrl, test }) => (baseUrl === place.baseUrl && test !== null ? [test] : []));
      return { ...place, test: tests.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1) ?? null };
    },
    forget: (model) => notes.forget(endpoints.current().baseUrl, model),
  };
}

interface Subject {
  readonly place: Endpoint;
  readonly model: string;
  readonly key: string | null;
}

async function subjectOf({ endpoints }: EndpointDeskOptions, wanted: string): Promise<Subject> {
  const place = endpoints.current();
  const key = await endpoints.keyFor(place);
  return { place, key, model: wanted === "" ? await endpoints.choose(place, key) : wanted };
}

const sizeOf = (body: object): number => Buffer.byteLength(JSON.stringify(body));

function planOf(options: EndpointDeskOptions, place: Endpoint, model: string): EndpointPlan {
  const steps = stepsFor(options, model);
  const costWith = (limitOf: (step: ProbeStep) => number): Money | null =>
    sumOf(
      steps.map((step) =>
        options.pricing.upperBound(model, place.region, sizeOf(step.body), limitOf(step)),
      ),
    );
  const most = mostOutput(options, model);
  return {
    host: new URL(place.baseUrl).host,
    model,
    requests: [
      { checks: ["models"], request: "GET /models", maxOutputTokens: 0 },
      ...steps.map(({ checks, maxOutputTokens }) => ({
        checks: [...checks],
        request: "POST /chat/completions",
        maxOutputTokens,
      })),
    ],
    heededCost: costWith((step) => step.maxOutputTokens),
    mostCost: costWith((step) => Math.max(most, step.maxOutputTokens)),
  };
}

/** Output tokens of an answer that only the model's own limit ends. */
const mostOutput = ({ catalogue }: EndpointDeskOptions, model: string): number =>
  catalogue.find(model)?.maxOutputTokens ?? unknownOutputLimit;

function sumOf(bounds: readonly ReturnType<Pricing["upperBound"]>[]): Money | null {
  const [first] = bounds;
  if (first === undefined || first === null) return null;
  const nano = bounds.reduce((sum, bound) => sum + (bound?.nano ?? 0n), 0n);
  return { amount: formatNano(nano), currency: first.currency };
}

const stepsFor = ({ catalogue }: EndpointDeskOptions, model: string): readonly ProbeStep[] =>
  probeSteps(model, catalogue.find(model), toolNames);

interface TestRun extends Subject {
  readonly signal: AbortSignal;
}

async function runTest(options: EndpointDeskOptions, run: TestRun): Promise<EndpointTest> {
  const { place, model, key, signal } = run;
  const { endpoints, catalogue, userAgent } = options;
  const at = new Date().toISOString();
  const sessionId = sessionIdSchema.parse(
    `endpoint-test-${at.toLowerCase().replaceAll(/[:.]/g, "-")}`,
  );
  const baseUrl = compatibleBase(place.baseUrl);
  const target: ProbeTarget = { baseUrl, region: place.region, model, key: key ?? "", userAgent };
  endpoints.forget();
  const listed = await endpoints.available(place, key).catch(() => []);
  const meter = createMeter(options, { sessionId, place, model });
  const fellBack = new Set<string>();
  const answers: Record<string, ProbeAnswer> = {};
  for (const step of stepsFor(options, model)) {
    const send = (whole: object): Promise<ProbeAnswer> => {
      const body = fellBack.has("count") ? withoutUsage(whole) : whole;
      return meter.measure({ body, step }, () => sendProbe(target, body, signal));
    };
    let answer = await send(step.body);
    if (answer.refused !== null && step.fallback !== undefined) {
      const second = await send(step.fallback);
      if (second.refused === null) {
        fellBack.add(step.name);
        answer = second;
      }
    }
    if (answer.wasCut) meter.limitIsHeeded();
    answers[step.name] = answer;
  }
  const preferred = catalogue.find(model)?.outputLimitField ?? "max_tokens";
  const judged = judge({ ...answers, fellBack } satisfies ProbeAnswers, preferred);
  const outcomes = [listOutcome(listed, model), ...judged.outcomes];
  return {
    baseUrl: place.baseUrl,
    model,
    at,
    outcomes,
    abilities: judged.abilities,
    cost: meter.cost(),
  };
}

const listOutcome = (listed: readonly string[], model: string): CheckOutcome => ({
  check: "models",
  outcome: listed.length > 0 ? "yes" : "no",
  detail: listed.length === 0 || listed.includes(model) ? "" : model,
});

interface Meter {
  /** One request in the ledger: its budget reserved before, its usage settled after, whatever became of it. */
  measure(
    sent: { readonly body: object; readonly step: ProbeStep },
    send: () => Promise<ProbeAnswer>,
  ): Promise<ProbeAnswer>;
  /** From now on the limit in the request bounds its answer; until then only the model's own does. */
  limitIsHeeded(): void;
  /** Null when the price of any request is unknown. */
  cost(): Money | null;
}

interface MeterScope {
  readonly sessionId: SessionId;
  readonly place: Endpoint;
  readonly model: string;
}

function createMeter(options: EndpointDeskOptions, scope: MeterScope): Meter {
  const { usage, budget } = options;
  const turnId = createTurnId();
  const most = mostOutput(options, scope.model);
  let isHeeded = false;
  let total: Money | null = { amount: "0", currency: "USD" };
  let count = 0;
  const add = (cost: Money | null): void => {
    total = count === 0 || total === null ? cost : added(total, cost);
    count += 1;
  };
  return {
    limitIsHeeded: () => {
      isHeeded = true;
    },
    cost: () => total,
    async measure({ body, step }, send) {
      const request = requestScope(scope, turnId);
      const maxOutputTokens = isHeeded ? step.maxOutputTokens : most;
      await usage.reserve(request, { inputBytes: sizeOf(body), maxOutputTokens }, budget());
      const startedAt = performance.now();
      const settle = async (heard: Heard): Promise<void> => {
        const outcome = outcomeOf(heard, Math.round(performance.now() - startedAt));
        add((await usage.settle(request, outcome)).cost);
      };
      let answer: ProbeAnswer;
      try {
        answer = await send();
      } catch (error) {
        await settle({ answer: null, costsNothing: isFree(error) });
        throw error;
      }
      await settle({ answer, costsNothing: answer.refused !== null });
      return answer;
    },
  };
}

interface Heard {
  readonly answer: ProbeAnswer | null;
  readonly costsNothing: boolean;
}

/** What was refused or never sent cost nothing; what failed otherwise is unknown. */
function outcomeOf({ answer, costsNothing }: Heard, durationMs: number): RequestOutcome {
  return {
    usage: costsNothing ? noTokens : (answer?.usage ?? null),
    explicitCache: answer?.explicitCache ?? false,
    status: answer === null || costsNothing ? "failed" : "completed",
    errorCode: answer === null || costsNothing ? "refused" : null,
    providerRequestId: null,
    firstTokenMs: null,
    durationMs,
  };
}

function added(one: Money, other: Money | null): Money | null {
  if (other === null || other.currency !== one.currency) return null;
  const sum = (parseNano(one.amount) ?? 0n) + (parseNano(other.amount) ?? 0n);
  return { amount: formatNano(sum), currency: one.currency };
}

/** A test belongs to no project. */
const requestScope = (
  { sessionId, place, model }: MeterScope,
  turnId: RequestScope["turnId"],
): RequestScope => ({
  requestId: createRequestId(),
  sessionId,
  turnId,
  workspace: "(endpoint test)",
  model,
  region: place.region,
  protocol: "openai",
  purpose: "check",
});
