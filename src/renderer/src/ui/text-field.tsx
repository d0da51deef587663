import type { ComponentProps, ReactNode } from "react";
import { cx } from "./cx.ts";
import { controlClass, Field, type FieldText } from "./field.tsx";

export interface TextFieldProps
  extends Omit<ComponentProps<"input">, "id" | "aria-label">, FieldText {
  /** Right of the input, on the same line. */
  readonly beside?: ReactNode;
  readonly mono?: boolean;
}

/** One line of text with its label. */
export function TextField({
  label,
  labelHidden,
  help,
  error,
  beside,
  mono = false,
  className,
  ...rest
}: TextFieldProps) {
  return (
    <Field label={label} labelHidden={labelHidden} help={help} error={error}>
      {(ids) => (
        <div className="flex gap-2">
          <input
            spellCheck={false}
            autoComplete="off"
            {...rest}
            {...ids}
            className={cx(controlClass, "h-7 px-2", mono && "font-mono text-code", className)}
          />
          {beside}
        </div>
      )}
    </Field>
  );
}
