import { useEffect, useState } from "react";

/** Counts how often the person came back to the window. */
export function useVisits(): number {
  const [visits, setVisits] = useState(0);
  useEffect(() => {
    const onFocus = (): void => {
      setVisits((before) => before + 1);
    };
    window.addEventListener("focus", onFocus);
    return () => {
      window.removeEventListener("focus", onFocus);
    };
  }, []);
  return visits;
}
