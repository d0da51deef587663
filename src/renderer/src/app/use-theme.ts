import { useEffect } from "react";
import { useApp } from "./services.tsx";

/** Pins the page's colour scheme to the setting; tokens.css does the rest. */
export function useTheme(): void {
  const theme = useApp((state) => state.settings?.theme ?? "system");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}
