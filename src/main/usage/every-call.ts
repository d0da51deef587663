import type { UsageCall, UsageFilter } from "../../shared/usage-panel.ts";
import type { UsageReads } from "./usage-reads.ts";

/** Every request that the filter chooses, newest first, read page by page. */
export async function everyCall(
  reads: Pick<UsageReads, "calls">,
  filter: UsageFilter,
): Promise<UsageCall[]> {
  const found: UsageCall[] = [];
  let before: number | null = null;
  do {
    const page = await reads.calls({
      filter,
      limit: 5000,
      ...(before === null ? {} : { before }),
    });
    found.push(...page.calls);
    before = page.next;
  } while (before !== null);
  return found;
}
