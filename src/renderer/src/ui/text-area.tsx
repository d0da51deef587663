import type { ComponentProps } from "react";
import { cx } from "./cx.ts";
import { controlClass, Field, type FieldText } from "./field.tsx";

export interface TextAreaProps
  extends Omit<ComponentProps<"textarea">, "id" | "aria-label">, FieldText {
  /** No frame of its own: for a field that sits on a card. */
  readonly bare?: boolean;
}

/** Several lines of text with their label; grows with its content up to its max-height. */
export function TextArea({
  label,
  labelHidden,
  help,
  error,
  bare = false,
  className,
  ...rest
}: TextAreaProps) {
  return (
    <Field label={label} labelHidden={labelHidden} help={help} error={error}>
      {(ids) => (
        <textarea
          rows={1}
          {...rest}
          {...ids}
          className={cx(
            bare
              ? "selectable w-full bg-transparent text-primary outline-none"
              : cx(controlClass, "px-2 py-1"),
            "field-sizing-content resize-none",
            className,
          )}
        />
      )}
    </Field>
  );
}
