import type { ReactNode } from "react";
import type { Answer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { Spinner } from "../ui/spinner.tsx";

interface AnsweredProps<T> {
  readonly answer: Answer<T>;
  /** What is said before the reason when there is no answer. */
  readonly failed: string;
  readonly children: (value: T) => ReactNode;
}

/** A page's content once main has answered: until then it loads, and a failure says why. */
export function Answered<T>({ answer: { value, failure }, failed, children }: AnsweredProps<T>) {
  const { common } = useMessages();
  if (failure !== null)
    return (
      <p role="alert" className="text-ui text-failed">
        {failed} {failure}
      </p>
    );
  if (value === null)
    return (
      <p className="flex items-center gap-2 text-ui text-secondary">
        <Spinner /> {common.loading}
      </p>
    );
  return children(value);
}
