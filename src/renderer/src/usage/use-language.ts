import { useApp } from "../app/services.tsx";
import { resolveLanguage, type Language } from "../messages/messages.tsx";

/** The language that the interface speaks, for dates. */
export function useLanguage(): Language {
  const setting = useApp((state) => state.settings?.language ?? "system");
  return resolveLanguage(setting, navigator.languages);
}
