import { CircleDot } from "lucide-react";
import { useServices } from "../app/services.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import type { Action } from "./registry.ts";
import { useActionFace } from "./use-actions.ts";

export interface ActionButtonProps {
  readonly action: Action;
  readonly pressed?: boolean;
}

/** An action as an icon button, its words and shortcut in the tooltip. */
export function ActionButton({ action, pressed }: ActionButtonProps) {
  const services = useServices();
  const { label, shortcut } = useActionFace(action);
  return (
    <IconButton
      icon={action.icon ?? CircleDot}
      label={label}
      shortcut={shortcut}
      pressed={pressed}
      onClick={() => {
        if (action.isEnabled(services)) action.perform(services);
      }}
    />
  );
}
