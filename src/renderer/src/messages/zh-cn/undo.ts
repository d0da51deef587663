import type { Messages } from "../en.ts";

export const undo: Messages["undo"] = {};
