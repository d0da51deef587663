import { z } from "zod";
import { approvalRuleSchema, type ApprovalRule, type RuleCover } from "../../shared/approvals.ts";
import { createRuleId, type RuleId } from "../../shared/ids.ts";
import { readJson, writeAtomically } from "../json-file.ts";

/** What the person allowed for good, by project. It lies in the app's data, where no tool and no command of the agent's reaches. */
export interface RuleStore {
  all(): readonly ApprovalRule[];
  of(workspace: string): readonly ApprovalRule[];
  /** In place of one that covers the same. */
  add(rule: Omit<ApprovalRule, "id">): ApprovalRule;
  /** Whether there was one. */
  remove(id: RuleId): boolean;
}

const fileSchema = z.object({ rules: z.array(approvalRuleSchema) });

/** More are a sign that nobody looks at them any more: the oldest go, and are asked about again. */
const mostRules = 500;

/** The file is read anew each time: windows and commands share it. */
export function createRuleStore(file: string): RuleStore {
  const read = (): readonly ApprovalRule[] =>
    readJson(file, fileSchema, () => ({ rules: [] })).value.rules;
  const write = (rules: readonly ApprovalRule[]): void =>
    writeAtomically(file, `${JSON.stringify({ rules: rules.slice(-mostRules) }, null, 2)}\n`);
  return {
    all: read,
    of: (workspace) => read().filter((rule) => rule.workspace === workspace),
    add(rule) {
      const added = { id: createRuleId(), ...rule };
      const others = read().filter(
        (one) =>
          one.workspace !== rule.workspace ||
          one.sandboxed !== rule.sandboxed ||
          coverKey(one.cover) !== coverKey(rule.cover),
      );
      write([...others, added]);
      return added;
    },
    remove(id) {
      const rules = read();
      const others = rules.filter((rule) => rule.id !== id);
      if (others.length === rules.length) return false;
      write(others);
      return true;
    },
  };
}

/** The same for covers that cover the same. JSON, so that no text can pass for another's parts. */
export const coverKey = (cover: RuleCover): string =>
  cover.kind === "exact"
    ? JSON.stringify(["exact", cover.command, [...cover.needs].toSorted()])
    : JSON.stringify(["program", ...cover.words]);
