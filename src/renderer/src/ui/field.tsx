import { useId, type ReactNode } from "react";

export interface FieldText {
  readonly label: string;
  /** Keeps the label for screen readers only, where the place says it already. */
  readonly labelHidden?: boolean | undefined;
  readonly help?: ReactNode;
  /** What is wrong and what to do; also marks the control as invalid. */
  readonly error?: string | null | undefined;
}

interface FieldIds {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

export interface FieldProps extends FieldText {
  readonly children: (ids: FieldIds) => ReactNode;
}

/** A control's label above it and help or error below it, tied together for screen readers. */
export function Field({ label, labelHidden = false, help, error, children }: FieldProps) {
  const id = useId();
  const hasError = error !== null && error !== undefined && error !== "";
  const described = hasError || (help !== undefined && help !== null);
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label
        htmlFor={id}
        className={labelHidden ? "sr-only" : "text-label font-medium text-secondary"}
      >
        {label}
      </label>
      {children({
        id,
        "aria-describedby": described ? `${id}-text` : undefined,
        "aria-invalid": hasError ? true : undefined,
      })}
      {described && (
        <p
          id={`${id}-text`}
          role={hasError ? "alert" : undefined}
          className={hasError ? "text-label text-failed" : "text-label text-muted"}
        >
          {hasError ? error : help}
        </p>
      )}
    </div>
  );
}

/** The look of every control that takes text. */
export const controlClass =
  "w-full min-w-0 rounded-control border border-line-control bg-pane text-ui text-primary aria-invalid:border-failed disabled:opacity-50 selectable focus-visible:outline-offset-0";
