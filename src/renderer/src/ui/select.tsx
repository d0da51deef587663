import { DropdownMenu as Radix } from "radix-ui";
import { Check, ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { cx } from "./cx.ts";
import { controlClass, Field, type FieldText } from "./field.tsx";
import { overlayClass, overlayRowClass } from "./menu.tsx";

interface SelectOption<Value extends string> {
  readonly value: Value;
  readonly label: string;
  /** A second, quieter line. */
  readonly detail?: string | undefined;
  /** A third one. */
  readonly more?: string | undefined;
  readonly disabled?: boolean | undefined;
}

export interface SelectProps<Value extends string> extends FieldText {
  readonly value: Value;
  readonly options: readonly SelectOption<Value>[];
  readonly onChange: (value: Value) => void;
  /** "field" has a frame and fills its column; "bar" is a quiet button for a toolbar. */
  readonly look?: "field" | "bar";
  readonly side?: "top" | "bottom";
  readonly disabled?: boolean;
  /** What the closed control shows; the option's label when left out. */
  readonly shown?: ReactNode;
  readonly onOpenChange?: (open: boolean) => void;
}

const bar =
  "h-7 rounded-control px-2 text-label text-secondary enabled:hover:bg-hover enabled:hover:text-primary data-[state=open]:bg-hover disabled:opacity-50";

/** One choice out of a few, opened with a click, Enter, Space or an arrow key. */
export function Select<Value extends string>(props: SelectProps<Value>) {
  const { value, options, onChange, look = "field", side = "bottom", disabled = false } = props;
  const chosen = options.find((option) => option.value === value);
  const text = props.shown ?? chosen?.label ?? value;
  return (
    <Field
      label={props.label}
      labelHidden={look === "bar" || props.labelHidden}
      help={props.help}
      error={props.error}
    >
      {(ids) => (
        <Radix.Root
          modal={false}
          {...(props.onOpenChange === undefined ? {} : { onOpenChange: props.onOpenChange })}
        >
          <Radix.Trigger
            {...ids}
            disabled={disabled}
            aria-label={`${props.label}: ${chosen?.label ?? value}`}
            className={cx(
              "flex min-w-0 items-center gap-1",
              look === "bar" ? bar : cx(controlClass, "h-7 justify-between px-2"),
            )}
          >
            <span className="truncate">{text}</span>
            <ChevronDown className="icon text-muted" aria-hidden />
          </Radix.Trigger>
          <Radix.Portal>
            <Radix.Content
              side={side}
              align="start"
              sideOffset={4}
              collisionPadding={8}
              className={cx(
                overlayClass,
                "max-h-(--radix-dropdown-menu-content-available-height) max-w-112 min-w-(--radix-dropdown-menu-trigger-width)",
              )}
            >
              <Radix.RadioGroup value={value}>
                {options.map((option) => (
                  <SelectRow key={option.value} option={option} onChange={onChange} />
                ))}
              </Radix.RadioGroup>
            </Radix.Content>
          </Radix.Portal>
        </Radix.Root>
      )}
    </Field>
  );
}

function SelectRow<Value extends string>({
  option,
  onChange,
}: {
  readonly option: SelectOption<Value>;
  readonly onChange: (value: Value) => void;
}) {
  return (
    <Radix.RadioItem
      value={option.value}
      disabled={option.disabled === true}
      onSelect={() => {
        onChange(option.value);
      }}
      className={cx(
        overlayRowClass,
        option.detail !== undefined && "items-start py-1",
        // Why it cannot be chosen is to be read.
        option.detail !== undefined && "data-[disabled]:opacity-100",
      )}
    >
      <span className="flex h-5 w-4 shrink-0 items-center">
        <Radix.ItemIndicator>
          <Check className="icon text-accent" aria-hidden />
        </Radix.ItemIndicator>
      </span>
      <span className="flex min-w-0 flex-col">
        <span className={cx("truncate", option.disabled === true && "text-muted")}>
          {option.label}
        </span>
        {option.detail !== undefined && (
          <span className="text-label text-muted">{option.detail}</span>
        )}
        {option.more !== undefined && <span className="text-label text-muted">{option.more}</span>}
      </span>
    </Radix.RadioItem>
  );
}
