import { createContext, useContext, useEffect, type ReactNode } from "react";
import type { Settings } from "../../../shared/settings.ts";
import { en, type Messages } from "./en.ts";
import { zhCn } from "./zh-cn.ts";

const MessagesContext = createContext<Messages>(en);

export type Language = "en" | "zh-CN";

/** The language that a setting means here; "system" follows the first of the system's languages. */
export function resolveLanguage(
  setting: Settings["language"],
  systemLanguages: readonly string[],
): Language {
  if (setting !== "system") return setting;
  return systemLanguages[0]?.toLowerCase().startsWith("zh") === true ? "zh-CN" : "en";
}

/** The catalogue of one language. */
export const messagesOf = (language: Language): Messages => (language === "zh-CN" ? zhCn : en);

export interface MessagesProviderProps {
  readonly language: Settings["language"];
  readonly children: ReactNode;
}

/** Gives everything below it the words of one language, and names that language on the page for screen readers. */
export function MessagesProvider({ language, children }: MessagesProviderProps) {
  const resolved = resolveLanguage(language, navigator.languages);
  useEffect(() => {
    document.documentElement.lang = resolved;
  }, [resolved]);
  const messages = messagesOf(resolved);
  return <MessagesContext value={messages}>{children}</MessagesContext>;
}

/** The words of the interface in the chosen language: `useMessages().settings.title`. */
export const useMessages = (): Messages => useContext(MessagesContext);
