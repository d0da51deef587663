import { modeSchema, type Mode } from "../../../shared/events.ts";
import { useClosedAutopilot } from "../app/use-autopilot.ts";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";

export interface ModeMenuProps {
  readonly mode: Mode;
  readonly onChange: (mode: Mode) => void;
}

/** How much the agent does by itself. Autopilot stays closed, with reason and remedy, where commands have no sandbox. */
export function ModeMenu({ mode, onChange }: ModeMenuProps) {
  const { app, composer } = useMessages();
  const closed = useClosedAutopilot();
  return (
    <Select<Mode>
      look="bar"
      side="top"
      label={composer.mode}
      value={mode}
      onChange={onChange}
      options={modeSchema.options.map((option) => {
        const why = option === "auto" ? closed : null;
        return {
          value: option,
          label: app.modes[option],
          detail: why?.reason ?? app.modeDetails[option],
          more: why?.remedy,
          disabled: why !== null,
        };
      })}
    />
  );
}
