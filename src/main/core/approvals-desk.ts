import type { ListedRule } from "../../shared/approvals.ts";
import type { AuditEntry } from "../../shared/audit.ts";
import { AppError } from "../../shared/errors.ts";
import type { RuleId } from "../../shared/ids.ts";
import type { AuditPort, CommandRules } from "../agent/ports.ts";
import type { AppFolders } from "../app-files.ts";
import { createAuditLog } from "../approvals/audit-log.ts";
import { createRuleBook } from "../approvals/rule-book.ts";
import { createRuleStore } from "../approvals/rule-store.ts";
import { createTrust, type Trust } from "../trust/trust.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import type { Workspace } from "../workspace/workspace.ts";

export interface ApprovalsDeskOptions {
  readonly folders: Pick<AppFolders, "rules" | "decisions" | "trust">;
  /** Keys that no log may hold. */
  readonly secrets: () => readonly string[];
  readonly platform: NodeJS.Platform;
}

/** What the person allowed, and the log of all decisions. */
export interface ApprovalsDesk {
  readonly audit: AuditPort;
  /** The rules of a new session in this project. */
  bookFor(workspace: Workspace): CommandRules;
  /** Of all projects, oldest first. */
  rules(): Promise<readonly ListedRule[]>;
  /** AppError("not-found") when there is no such rule any more. */
  removeRule(id: RuleId): void;
  /** Oldest first. */
  decisions(): readonly AuditEntry[];
}

export function createApprovalsDesk(options: ApprovalsDeskOptions): ApprovalsDesk {
  const { folders } = options;
  const store = createRuleStore(folders.rules);
  const audit = createAuditLog({ file: folders.decisions, secrets: options.secrets });

  /** In a folder that has gone, or cannot be read, a rule allows nothing. */
  async function isVoid(root: string, moment: string): Promise<boolean> {
    try {
      const { workspace } = await openWorkspace(root, { confirmed: true });
      return await trustOf(workspace, folders).changedSince(moment);
    } catch {
      return true;
    }
  }

  return {
    audit,
    bookFor: (workspace) =>
      createRuleBook({
        workspace,
        store,
        steering: trustOf(workspace, folders),
        // Without a sandbox that can be proven nothing is remembered beyond the session there.
        remembers: options.platform !== "win32",
      }),
    async rules() {
      const listed: ListedRule[] = [];
      for (const { moment, ...rule } of store.all())
        listed.push({ ...rule, isVoid: await isVoid(rule.root, moment) });
      return listed;
    },
    removeRule(id) {
      if (!store.remove(id)) throw new AppError("not-found", "There is no such rule any more.");
    },
    decisions: () => audit.read(),
  };
}

const trustOf = (workspace: Workspace, { trust }: Pick<AppFolders, "trust">): Trust =>
  createTrust(workspace, trust);
