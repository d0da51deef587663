import { useEffect, useRef, useState } from "react";

const withinMs = 1000;

/** While shown, Esc twice within a second stops what runs. Says whether the first press has been made. */
export function useStopKeys(stop: () => void): boolean {
  const [isArmed, setArmed] = useState(false);
  const latest = useRef(stop);
  useEffect(() => {
    latest.current = stop;
  });
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const disarm = (): void => {
      clearTimeout(timer);
      timer = undefined;
      setArmed(false);
    };
    const onKeyDown = (event: KeyboardEvent): void => {
      // A menu or dialog that closes on Esc has taken the press; an input method's Esc belongs to it.
      if (event.key !== "Escape" || event.defaultPrevented || event.isComposing || event.repeat)
        return;
      if (timer === undefined) {
        setArmed(true);
        timer = setTimeout(disarm, withinMs);
        return;
      }
      disarm();
      latest.current();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      disarm();
    };
  }, []);
  return isArmed;
}
