import { useCallback } from "react";
import type { UsageCall } from "../../../shared/usage-panel.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { regionName } from "../key/regions.ts";
import { useMessages } from "../messages/messages.tsx";
import { visibleString } from "../text/visible-characters.ts";
import { Dialog } from "../ui/dialog.tsx";
import { momentText } from "../usage/figures-text.ts";
import { useLanguage } from "../usage/use-language.ts";
import { VerdictFacts } from "./cache-facts.tsx";
import { PartsBar } from "./parts-bar.tsx";
import { PartsTable } from "./parts-table.tsx";

export interface RequestDialogProps {
  readonly call: UsageCall;
  readonly onClose: () => void;
}

/** One request that was sent: what the cache did for it and why, and what it was made of. */
export function RequestDialog({ call, onClose }: RequestDialogProps) {
  const messages = useMessages();
  const words = messages.context;
  const language = useLanguage();
  const { client } = useServices();
  const { requestId, at, model, region } = call;
  const { value, failure } = useAnswer(
    useCallback(() => client("context.past", { requestId }), [client, requestId]),
  );
  const report = value?.report ?? null;
  return (
    <Dialog
      open
      onClose={onClose}
      width="medium"
      title={words.request(momentText(at, language))}
      description={`${visibleString(model)} · ${regionName(region, messages)}`}
    >
      {failure !== null && <p className="text-ui text-failed">{words.failed(failure)}</p>}
      {value !== null && (
        <div className="flex flex-col gap-5">
          <VerdictFacts verdict={value.verdict} />
          {report === null ? (
            <p className="text-ui text-secondary">{words.notKept}</p>
          ) : (
            <section aria-label={words.title} className="flex flex-col gap-3">
              <h3 className="text-ui font-medium text-primary">{words.title}</h3>
              <PartsBar report={report} />
              <PartsTable report={report} />
              <p className="text-label text-secondary">{words.estimateParts}</p>
            </section>
          )}
        </div>
      )}
    </Dialog>
  );
}
