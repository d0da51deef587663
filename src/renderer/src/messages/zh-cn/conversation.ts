import type { Messages } from "../en.ts";

export const conversation: Messages["conversation"] = {};
