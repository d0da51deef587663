import { useCallback, useState } from "react";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";

/** The person's own list of models and prices: where it is, what of it counts, and what does not and why. */
export function OwnCatalogue() {
  const { endpoint } = useMessages();
  const { client, attempt } = useServices();
  const [reads, setReads] = useState(0);
  const { value, failure } = useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- reading it again is what has to ask again
    useCallback(() => client("catalogue.status", {}), [client, reads]),
  );
  const show = (): void => {
    attempt(async () => {
      await client("catalogue.show", {});
      setReads(reads + 1);
    });
  };
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label font-medium text-secondary">{endpoint.ownTitle}</h3>
      <p className="text-ui text-pretty text-secondary">{endpoint.ownDetail}</p>
      {failure !== null && (
        <p role="alert" className="text-ui text-failed">
          {failure}
        </p>
      )}
      {value !== null && (
        <>
          <p className="selectable text-label wrap-anywhere text-muted">
            {endpoint.ownFile(value.file)}
          </p>
          <p className="text-label text-muted">
            {value.exists ? endpoint.ownCounts(value.models, value.prices) : endpoint.ownNone}
          </p>
          <Problems problems={value.problems} />
          <div className="flex gap-2">
            <Button onClick={show}>{value.exists ? endpoint.ownShow : endpoint.ownCreate}</Button>
            {value.exists && (
              <Button
                onClick={() => {
                  setReads(reads + 1);
                }}
              >
                {endpoint.ownReload}
              </Button>
            )}
          </div>
        </>
      )}
    </section>
  );
}

function Problems({ problems }: { readonly problems: readonly string[] }) {
  const { endpoint } = useMessages();
  if (problems.length === 0) return null;
  return (
    <div role="alert" className="flex flex-col gap-1 text-ui">
      <p className="text-needs">{endpoint.ownProblems}</p>
      <ul className="selectable ml-4 flex list-disc flex-col gap-0.5 text-secondary">
        {problems.map((problem) => (
          <li key={problem} className="wrap-anywhere">
            <VisibleText text={problem} />
          </li>
        ))}
      </ul>
    </div>
  );
}
