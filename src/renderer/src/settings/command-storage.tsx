import { useCallback, useState } from "react";
import { byteSize } from "../app/format.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { Answered } from "./answered.tsx";

/** What a project's commands keep for themselves, with a button that clears it. Everything in it can be fetched or made again. */
export function CommandStorage({ path }: { readonly path: string }) {
  const { storage: words } = useMessages();
  const { client, attempt, toasts } = useServices();
  const [changes, setChanges] = useState(0);
  const answer = useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- clearing has to ask again
    useCallback(() => client("storage.private", { workspace: path }), [client, path, changes]),
  );
  const clear = async (): Promise<void> => {
    const { bytes } = await client("storage.clearCaches", { workspace: path });
    toasts.show(words.cleared(byteSize(bytes)));
    setChanges((before) => before + 1);
  };
  return (
    <Answered answer={answer} failed={words.failed}>
      {({ caches, held, heldCopies }) => (
        <section
          aria-label={words.caches}
          className="flex flex-col gap-2 rounded-card border border-line bg-card px-3 py-2.5"
        >
          <p className="flex items-baseline gap-3 text-ui">
            {words.caches}
            <span className="ml-auto shrink-0 tabular-nums">{byteSize(caches)}</span>
          </p>
          <p className="text-label text-muted">{words.cachesDetail}</p>
          {heldCopies > 0 && (
            <p className="flex items-baseline gap-3 text-label text-secondary">
              {words.held(heldCopies)}
              <span className="ml-auto shrink-0 tabular-nums">{byteSize(held)}</span>
            </p>
          )}
          <Button className="self-start" disabled={caches === 0} onClick={() => attempt(clear)}>
            {words.clearCaches}
          </Button>
        </section>
      )}
    </Answered>
  );
}
