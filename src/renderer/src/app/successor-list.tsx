import type { ModelOption } from "../../../shared/app.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { tokenCount } from "./format.ts";
import { modelDetail } from "./use-models.ts";

export interface SuccessorListProps {
  readonly models: readonly ModelOption[];
  readonly onChoose: (model: string) => void;
}

/** Models that may stand in for one that is gone, best first, each with its price and its context. */
export function SuccessorList({ models, onChoose }: SuccessorListProps) {
  const messages = useMessages();
  const words = messages.switching;
  return (
    <ul className="grid basis-full grid-cols-[auto_1fr] gap-x-2 gap-y-1">
      {models.map((model, index) => (
        <li key={model.id} className="col-span-2 grid grid-cols-subgrid items-center">
          <Button
            className="justify-start"
            variant={index === 0 ? "primary" : "quiet"}
            onClick={() => {
              onChoose(model.id);
            }}
          >
            {words.use(model.id)}
          </Button>
          <span className="text-label text-secondary tabular-nums">
            {modelDetail(model, messages)}
            {model.contextTokens !== null && ` · ${words.context(tokenCount(model.contextTokens))}`}
          </span>
        </li>
      ))}
    </ul>
  );
}
