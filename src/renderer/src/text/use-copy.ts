import { useEffect, useState } from "react";
import { useServices } from "../app/services.tsx";

const shownMs = 1500;

/** Copies text and says so for a moment. */
export function useCopy(): { readonly copied: boolean; readonly copy: (text: string) => void } {
  const { attempt } = useServices();
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => {
      setCopied(false);
    }, shownMs);
    return () => {
      clearTimeout(timer);
    };
  }, [copied]);
  return {
    copied,
    copy: (text) => {
      attempt(async () => {
        await navigator.clipboard.writeText(text);
        setCopied(true);
      });
    },
  };
}
