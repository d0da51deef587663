import { useEffect, useLayoutEffect, useRef } from "react";
import { useApp, useServices, type Services } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { shortcutOf, type Action } from "./registry.ts";
import { formatShortcut, type Platform } from "./shortcut.ts";

/** Offers these actions while the component is shown. The array may be new on every render; ids must not change. */
export function useActions(actions: readonly Action[]): void {
  const { actions: registry } = useServices();
  const latest = useRef(actions);
  useLayoutEffect(() => {
    latest.current = actions;
  });
  useEffect(
    () => registry.add(latest.current.map((action, index) => forward(action, index, latest))),
    [registry],
  );
}

/** An action that always runs the newest closure of its component. */
function forward(
  action: Action,
  index: number,
  latest: { readonly current: readonly Action[] },
): Action {
  const now = (): Action => latest.current[index] ?? action;
  return {
    ...action,
    isEnabled: (services) => now().isEnabled(services),
    perform: (services) => {
      now().perform(services);
    },
  };
}

/** Listens for shortcuts on the whole window. A press that a view has handled itself is left alone. */
export function useShortcuts(): void {
  const services = useServices();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (pressed(event, services)) event.preventDefault();
    };
    window.addEventListener("keydown", onKeyDown);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
    };
  }, [services]);
}

function pressed(event: KeyboardEvent, services: Services): boolean {
  if (event.defaultPrevented || event.isComposing || event.repeat) return false;
  const { key, code, metaKey, ctrlKey, altKey, shiftKey, target } = event;
  const inText =
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select"));
  return services.actions.press(
    { key, code, metaKey, ctrlKey, altKey, shiftKey, inText },
    services,
  );
}

/** The system's name; "linux" until main has said. */
export const usePlatform = (): Platform => useApp((state) => state.info?.platform ?? "linux");

/** A button's face for one action: its words and its shortcut as the platform writes it. */
export function useActionFace(action: Action): {
  readonly label: string;
  readonly shortcut: string | undefined;
} {
  const messages = useMessages();
  const platform = usePlatform();
  const shortcut = shortcutOf(action, platform);
  return {
    label: action.label(messages),
    shortcut: shortcut === undefined ? undefined : formatShortcut(shortcut, platform),
  };
}
