import type { Core } from "../core.ts";
import type { Trust } from "../trust/trust.ts";
import type { Handlers } from "./router.ts";

type TrustOperation = "trust.list" | "trust.accept" | "trust.withdraw" | "trust.content";

/** What a project's own content may do, and what of it the person has accepted. */
export function trustHandlers(core: Pick<Core, "workspaces">): Pick<Handlers, TrustOperation> {
  // A folder that is shown was confirmed when it was opened.
  const trustOf = async (workspace: string): Promise<Trust> =>
    (await core.workspaces.open(workspace, { confirmed: true })).trust;
  return {
    "trust.list": async ({ workspace }) => {
      const { trust, steeringWatch } = await core.workspaces.open(workspace, { confirmed: true });
      const report = await trust.list();
      // Whoever asked shows it: from now on it is told when that is not true any more.
      steeringWatch.follow(report.items.map(({ path }) => path));
      return report;
    },
    "trust.accept": async ({ workspace, items }) => (await trustOf(workspace)).accept(items),
    "trust.withdraw": async ({ workspace, paths }) => (await trustOf(workspace)).withdraw(paths),
    "trust.content": async ({ workspace, path }) => (await trustOf(workspace)).content(path),
  };
}
