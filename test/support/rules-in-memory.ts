import { createRuleBook } from "../../src/main/approvals/rule-book.ts";
import { coverKey, type RuleStore } from "../../src/main/approvals/rule-store.ts";
import type { CommandRules } from "../../src/main/agent/ports.ts";
import type { ApprovalRule } from "../../src/shared/approvals.ts";
import { createRuleId } from "../../src/shared/ids.ts";

export interface RulesInMemory {
  readonly store: RuleStore;
  /** The rules of another session in the same project. */
  book(over?: { readonly id?: string; readonly remembers?: boolean }): CommandRules;
  /** Something that steers changes. */
  steer(): void;
}

/** The real rules, over a list instead of a file and a project whose steering files are a number. */
export function createRulesInMemory(): RulesInMemory {
  let rules: ApprovalRule[] = [];
  let moment = 0;
  const store: RuleStore = {
    all: () => rules,
    of: (workspace) => rules.filter((rule) => rule.workspace === workspace),
    add(rule) {
      const added = { id: createRuleId(), ...rule };
      rules = [...rules.filter((one) => coverKey(one.cover) !== coverKey(rule.cover)), added];
      return added;
    },
    remove(id) {
      const before = rules.length;
      rules = rules.filter((rule) => rule.id !== id);
      return rules.length < before;
    },
  };
  return {
    store,
    book: ({ id = "w", remembers = true } = {}) =>
      createRuleBook({
        workspace: { id, root: `/projects/${id}` },
        store,
        steering: {
          moment: async () => String(moment),
          changedSince: async (then) => then !== String(moment),
        },
        remembers,
      }),
    steer() {
      moment += 1;
    },
  };
}
