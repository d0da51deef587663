import type { Messages } from "../en.ts";

export const composer: Messages["composer"] = {};
