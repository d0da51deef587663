import { z } from "zod";
import type { Tool } from "./tool.ts";

const schema = z.object({
  items: z.array(z.object({ text: z.string().min(1).max(300), done: z.boolean() })).max(50),
});

export const updatePlanTool: Tool<typeof schema> = {
  name: "update_plan",
  kind: "plan",
  schema,
  description: "Show the person your list of steps. Send the whole list each time.",
  describe: ({ items }) => ({
    title: "Update the plan",
    detail: items.map(({ text, done }) => `${done ? "[x]" : "[ ]"} ${text}`).join("\n"),
  }),
  async run({ items }, context) {
    context.onPlan(items);
    const done = items.filter((item) => item.done).length;
    return { status: "completed", result: `Plan shown: ${done} of ${items.length} done.` };
  },
};
