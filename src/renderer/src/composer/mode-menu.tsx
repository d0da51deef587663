import { modeSchema, type Mode } from "../../../shared/events.ts";
import { useApp } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";

export interface ModeMenuProps {
  readonly mode: Mode;
  readonly onChange: (mode: Mode) => void;
}

/** How much the agent does by itself. Autopilot stays closed, with the reason, where commands have no sandbox. */
export function ModeMenu({ mode, onChange }: ModeMenuProps) {
  const { app, composer } = useMessages();
  const sandbox = useApp((state) => state.sandbox);
  const reason = sandbox === null ? composer.autoNotChecked : sandbox.reason;
  return (
    <Select<Mode>
      look="bar"
      side="top"
      label={composer.mode}
      value={mode}
      onChange={onChange}
      options={modeSchema.options.map((option) => {
        const isClosed = option === "auto" && reason !== null;
        return {
          value: option,
          label: app.modes[option],
          detail: isClosed ? composer.autoUnavailable(reason) : app.modeDetails[option],
          disabled: isClosed,
        };
      })}
    />
  );
}
