import type { Messages } from "../messages/en.ts";
import { messagesOf, resolveLanguage } from "../messages/messages.tsx";
import type { AppStore } from "./app-state.ts";

/** The catalogue for code outside of React. */
export const currentMessages = (app: AppStore): Messages =>
  messagesOf(resolveLanguage(app.getState().settings?.language ?? "system", navigator.languages));
