import { useCallback, useState } from "react";
import type { EndpointNote, EndpointTest } from "../../../shared/endpoint.ts";
import { displayMoney } from "../../../shared/money.ts";
import { tokenCount } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";

/** What the endpoint has shown of itself, model by model: tests with their date, and limits that its refusals named. */
export function EndpointNotes() {
  const { endpoint } = useMessages();
  const { client, attempt } = useServices();
  const [changes, setChanges] = useState(0);
  const { value, failure } = useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- forgetting one is what has to ask again
    useCallback(() => client("endpoint.notes", {}), [client, changes]),
  );
  const forget = (model: string): void => {
    attempt(async () => {
      await client("endpoint.forget", { model });
      setChanges(changes + 1);
    });
  };
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-label font-medium text-secondary">{endpoint.results}</h3>
      {failure !== null && (
        <p role="alert" className="text-ui text-failed">
          {failure}
        </p>
      )}
      {value?.length === 0 && <p className="text-ui text-muted">{endpoint.resultsNone}</p>}
      {value?.map((note) => (
        <Note key={note.model} note={note} onForget={forget} />
      ))}
    </section>
  );
}

function Note({
  note,
  onForget,
}: {
  readonly note: EndpointNote;
  readonly onForget: (model: string) => void;
}) {
  const { endpoint } = useMessages();
  const limits = limitWords(note, endpoint);
  return (
    <div className="flex flex-col gap-1 rounded-card border border-line bg-card px-3 py-2">
      <div className="flex items-center gap-2">
        <span className="selectable min-w-0 flex-1 text-ui wrap-anywhere">{note.model}</span>
        <Button
          variant="plain"
          aria-label={endpoint.forgetNamed(note.model)}
          onClick={() => {
            onForget(note.model);
          }}
        >
          {endpoint.forget}
        </Button>
      </div>
      {limits.length > 0 && (
        <p className="text-label text-secondary">
          {endpoint.limits}: {limits.join(", ")}
        </p>
      )}
      {note.test !== null && <Results test={note.test} />}
    </div>
  );
}

function limitWords(
  { limits }: EndpointNote,
  endpoint: ReturnType<typeof useMessages>["endpoint"],
): readonly string[] {
  const { maxInputTokens = null, maxOutputTokens = null } = limits ?? {};
  return [
    ...(maxInputTokens === null ? [] : [endpoint.inputLimit(tokenCount(maxInputTokens))]),
    ...(maxOutputTokens === null ? [] : [endpoint.outputLimit(tokenCount(maxOutputTokens))]),
  ];
}

const tones = { yes: "text-ok", no: "text-needs", unknown: "text-muted" } as const;

function Results({ test }: { readonly test: EndpointTest }) {
  const { endpoint } = useMessages();
  const when = endpoint.tested(new Date(test.at));
  const cost = test.cost === null ? [] : [endpoint.cost(displayMoney(test.cost))];
  return (
    <table className="selectable w-full text-ui">
      <caption className="pb-1 text-left text-label text-muted tabular-nums">
        {[when, ...cost].join(" · ")}
      </caption>
      <thead className="sr-only">
        <tr>
          <th scope="col">{endpoint.columns.check}</th>
          <th scope="col">{endpoint.columns.outcome}</th>
        </tr>
      </thead>
      <tbody>
        {test.outcomes.map(({ check, outcome, detail }) => (
          <tr key={check} className="border-t border-line align-top">
            <th scope="row" className="py-1 text-left font-normal text-secondary">
              {endpoint.checks[check]}
            </th>
            <td className="py-1 pl-3 text-right">
              <span className={tones[outcome]}>{endpoint.outcomes[outcome]}</span>
              {detail !== "" && (
                <span className="block max-w-56 text-label wrap-anywhere text-muted">
                  <VisibleText text={detail} />
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
