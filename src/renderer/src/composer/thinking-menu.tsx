import { useState } from "react";
import type { ModelOption } from "../../../shared/app.ts";
import { thinkingLevelSchema, type Thinking } from "../../../shared/events.ts";
import { tokenCount } from "../app/format.ts";
import { useMessages } from "../messages/messages.tsx";
import type { Messages } from "../messages/en.ts";
import { Select } from "../ui/select.tsx";
import { ValueDialog } from "./value-dialog.tsx";

export interface ThinkingMenuProps {
  readonly thinking: Thinking | null;
  readonly takes: ModelOption["thinking"];
  readonly onChange: (thinking: Thinking | null) => void;
}

const own = "own";
const other = "other";
/** Tokens; of these what the model takes. */
const budgets: readonly number[] = [4096, 16_384, 65_536];

/** How much the model thinks, as far as it takes it; nothing where it takes nothing. */
export function ThinkingMenu({ thinking, takes, onChange }: ThinkingMenuProps) {
  const { switching: words } = useMessages();
  const [isTyping, setTyping] = useState(false);
  const most = takes.maxBudgetTokens;
  if (takes.levels.length === 0 && most === null) return null;
  const value = valueOf(thinking);
  const listed = budgets.filter((budget) => most !== null && budget < most);
  const sizes = most === null ? [] : [...listed, most].map((budget) => `budget ${budget}`);
  const isOther = value.startsWith("budget") && !sizes.includes(value);
  const values = [...takes.levels, ...sizes, ...(isOther ? [value] : [])];
  return (
    <>
      <Select
        look="bar"
        side="top"
        label={words.thinking}
        value={value}
        shown={words.thinkingShown(labelOf(value, words))}
        options={[
          { value: own, label: ownLabel(takes, words) },
          ...values.map((each) => ({ value: each, label: labelOf(each, words) })),
          ...(most === null ? [] : [{ value: other, label: `${words.budgetOther}…` }]),
        ]}
        onChange={(next) => {
          if (next === other) setTyping(true);
          else onChange(thinkingOf(next));
        }}
      />
      {isTyping && most !== null && (
        <ValueDialog
          title={words.budgetOther}
          label={words.thinking}
          help={words.budgetHelp(most.toLocaleString())}
          problemOf={(text) =>
            budgetIn(text, most) === null ? words.budgetWrong(most.toLocaleString()) : null
          }
          onClose={() => {
            setTyping(false);
          }}
          onChoose={(text) => {
            const budgetTokens = budgetIn(text, most);
            if (budgetTokens !== null) onChange({ budgetTokens });
          }}
        />
      )}
    </>
  );
}

function budgetIn(text: string, most: number): number | null {
  const budget = Number(text);
  return Number.isInteger(budget) && budget >= 1 && budget <= most ? budget : null;
}

function valueOf(thinking: Thinking | null): string {
  if (thinking === null) return own;
  return typeof thinking === "string" ? thinking : `budget ${thinking.budgetTokens}`;
}

function thinkingOf(value: string): Thinking | null {
  const level = thinkingLevelSchema.safeParse(value);
  if (level.success) return level.data;
  const budgetTokens = Number(value.split(" ")[1]);
  return value.startsWith("budget") ? { budgetTokens } : null;
}

type Words = Messages["switching"];

function labelOf(value: string, words: Words): string {
  const level = thinkingLevelSchema.safeParse(value);
  if (level.success) return words.levels[level.data];
  return value === own ? words.thinkingOwn : words.budget(tokenCount(Number(value.split(" ")[1])));
}

const ownLabel = ({ default: usual }: ModelOption["thinking"], words: Words): string =>
  usual === null ? words.thinkingOwn : words.thinkingOwnIs(words.levels[usual]);
