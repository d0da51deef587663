import { modeSchema } from "../../../shared/events.ts";
import { useApp } from "../app/services.tsx";
import { useClosedAutopilot } from "../app/use-autopilot.ts";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";
import { BudgetField } from "./budget-field.tsx";
import { CommandLimits } from "./command-limits.tsx";
import { SavedField } from "./saved-field.tsx";
import { useChange } from "./use-change.ts";

const isStepLimit = (text: string): boolean =>
  /^\d{1,4}$/.test(text) && Number(text) >= 1 && Number(text) <= 1000;

const budgets = ["sessionBudget", "projectBudget", "dayBudget", "monthBudget"] as const;

/** How far the agent goes by itself. */
export function AgentPage() {
  const messages = useMessages();
  const settings = useApp((state) => state.settings);
  const change = useChange();
  const closed = useClosedAutopilot();
  if (settings === null) return null;
  return (
    <>
      <Select
        label={messages.settings.defaultMode}
        value={settings.defaultMode}
        help={`${messages.app.modeDetails[settings.defaultMode]} ${messages.settings.defaultModeHelp}`}
        options={modeSchema.options.map((mode) => {
          const why = mode === "auto" ? closed : null;
          return {
            value: mode,
            label: messages.app.modes[mode],
            detail: why?.reason ?? messages.app.modeDetails[mode],
            more: why?.remedy,
            disabled: why !== null,
          };
        })}
        onChange={(defaultMode) => {
          change({ defaultMode });
        }}
      />
      {budgets.map((name) => (
        <BudgetField
          key={name}
          label={messages.settings.budgets[name]}
          help={messages.settings.budgetHelps[name]}
          value={settings[name]}
          onChange={(value) => {
            change({ [name]: value });
          }}
        />
      ))}
      <SavedField
        label={messages.settings.maxSteps}
        help={messages.settings.maxStepsHelp}
        value={String(settings.maxSteps)}
        check={(text) => (isStepLimit(text) ? null : messages.settings.maxStepsInvalid)}
        onSave={(text) => {
          change({ maxSteps: Number(text) });
        }}
      />
      <CommandLimits />
    </>
  );
}
