import type { ApprovalRule, RuleCover } from "../../shared/approvals.ts";
import type { CommandQuestion, CommandRules, RuleVerdict } from "../agent/ports.ts";
import type { Trust } from "../trust/trust.ts";
import { findDangers, settingsIn } from "./find-dangers.ts";
import { programLabel } from "./program-label.ts";
import { coverKey, type RuleStore } from "./rule-store.ts";

export interface RuleBookOptions {
  readonly workspace: { readonly id: string; readonly root: string };
  readonly store: RuleStore;
  /** What steers the project, by its content: with another one, what was allowed before is void. */
  readonly steering: Pick<Trust, "moment" | "changedSince">;
  /** Without a sandbox that could be proven, on Windows, nothing is remembered beyond the session. */
  readonly remembers: boolean;
  readonly now?: () => Date;
}

type HeldRule = Pick<ApprovalRule, "cover" | "sandboxed" | "moment"> & Partial<ApprovalRule>;

/** The rules for commands in one session: those of the project, and what was allowed for the session. */
export function createRuleBook(options: RuleBookOptions): CommandRules {
  const { workspace, store, remembers, now = () => new Date() } = options;
  const session: HeldRule[] = [];

  return {
    async judge(question) {
      const dangers = findDangers(question.command);
      const base = {
        dangers,
        sets: settingsIn(question.command),
        // What is dangerous is asked each time: there is no rule to be made of it.
        offers: dangers.length > 0 ? noOffers : offersFor(question, remembers),
      };
      if (dangers.length > 0) return { ...base, rule: null, voided: null };
      const kept = remembers && !opensNetwork(question) ? store.of(workspace.id) : [];
      const fitting = [...session, ...kept].filter((rule) => covers(rule, question));
      return { ...base, ...(await firstStanding(fitting, options)) };
    },
    moment: () => options.steering.moment(),
    keep(question, { lasts, program, moment }) {
      const cover = coverFor(question, program);
      const rule = { cover, sandboxed: question.sandboxed, moment };
      if (lasts === "always" && remembers && !opensNetwork(question)) {
        const place = { workspace: workspace.id, root: workspace.root };
        return { cover, id: store.add({ ...place, ...rule, madeAt: now().toISOString() }).id };
      }
      const at = session.findIndex((one) => coverKey(one.cover) === coverKey(cover));
      if (at >= 0) session.splice(at, 1);
      session.push(rule);
      return { cover, id: null };
    },
  };
}

const noOffers = { program: null, always: false };

function offersFor(question: CommandQuestion, remembers: boolean): RuleVerdict["offers"] {
  const program = canCoverProgram(question) ? programLabel(question.command) : null;
  const always = remembers && !opensNetwork(question);
  return { program: program === null ? null : [...program], always };
}

/** A host that is opened is open to the whole session: that is asked in each one anew. */
const opensNetwork = ({ needs }: CommandQuestion): boolean =>
  needs.some((need) => /^(?:private-)?network:/.test(need));

/** Outside of the sandbox, or with more than it gives, a yes is for the exact command only. */
const canCoverProgram = ({ sandboxed, needs }: CommandQuestion): boolean =>
  sandboxed && needs.length === 0;

function coverFor(question: CommandQuestion, program: boolean): RuleCover {
  const words = program && canCoverProgram(question) ? programLabel(question.command) : null;
  return words === null
    ? { kind: "exact", command: question.command, needs: [...question.needs] }
    : { kind: "program", words: [...words] };
}

function covers({ cover, sandboxed }: HeldRule, question: CommandQuestion): boolean {
  if (sandboxed && !question.sandboxed) return false;
  if (cover.kind === "exact")
    return (
      coverKey(cover) ===
      coverKey({ ...cover, command: question.command, needs: [...question.needs] })
    );
  if (!sandboxed || !canCoverProgram(question)) return false;
  const words = programLabel(question.command);
  return words !== null && coverKey(cover) === coverKey({ kind: "program", words: [...words] });
}

async function firstStanding(
  rules: readonly HeldRule[],
  { steering }: RuleBookOptions,
): Promise<Pick<RuleVerdict, "rule" | "voided">> {
  let voided: RuleVerdict["voided"] = null;
  for (const rule of rules) {
    if (!(await steering.changedSince(rule.moment)))
      return { rule: { cover: rule.cover, id: rule.id ?? null }, voided: null };
    voided ??= rule.cover;
  }
  return { rule: null, voided };
}
