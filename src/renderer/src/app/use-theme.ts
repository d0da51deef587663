import { useEffect } from "react";
import { useApp } from "./services.tsx";

/** Tells the style sheets the colour scheme of the settings and the platform; they do the rest. */
export function useTheme(): void {
  const platform = useApp((state) => state.info?.platform);
  useEffect(() => {
    if (platform !== undefined) document.documentElement.dataset["platform"] = platform;
  }, [platform]);
  const theme = useApp((state) => state.settings?.theme ?? "system");
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
}
