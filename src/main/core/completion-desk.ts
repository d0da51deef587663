import type { Budget, UsagePort } from "../agent/ports.ts";
import { chooseMode } from "../completion/choose-mode.ts";
import { createCompleter, type Completion } from "../completion/complete.ts";
import type { CompletionMode } from "../completion/completion-request.ts";
import { splitAt, type Position } from "../completion/split-at.ts";
import { openWorkspace } from "../workspace/open-workspace.ts";
import { pathInside, readText } from "../workspace/read-text.ts";
import type { ModelHub } from "./model-hub.ts";

export interface CompletionPlace extends Position {
  readonly workspace: string;
  /** Absolute, or relative to the workspace. */
  readonly file: string;
  /** The text as an editor holds it; without, the file's. */
  readonly text?: string;
}

export interface CompletionChoice {
  /** null = the first of the ordered list that the account answers. */
  readonly model: string | null;
  /** null = the best that endpoint and model have. */
  readonly mode: CompletionMode | null;
}

/** A completion, and which model of which endpoint gave it. */
export interface PlacedCompletion extends Completion {
  readonly model: string;
  readonly region: string;
  readonly protocol: string;
}

/** Completions in files of a project. */
export interface CompletionDesk {
  /** AppError("invalid-input") for a place that does not exist or a model that cannot complete. */
  complete(
    place: CompletionPlace,
    choice: CompletionChoice,
    signal: AbortSignal,
  ): Promise<PlacedCompletion>;
}

export interface CompletionDeskOptions {
  readonly models: ModelHub;
  readonly usage: UsagePort;
  readonly budget: () => Budget | null;
}

export function createCompletionDesk({
  models,
  usage,
  budget,
}: CompletionDeskOptions): CompletionDesk {
  const completer = createCompleter(usage);
  return {
    async complete(place, choice, signal) {
      const { workspace } = await openWorkspace(place.workspace, { confirmed: true });
      const path = await pathInside(workspace, place.file);
      const text = place.text ?? (await readText(workspace, path));
      const around = splitAt(text, place);
      const bound = await models.bindForCompletion(choice.model ?? "");
      const { modelId, region, completion } = bound;
      const mode = chooseMode(choice.mode, { model: modelId, region, ...completion });
      const model = bound.modelFor(mode);
      const target = { model, modelId, mode, workspace: workspace.root, budget: budget() };
      const given = await completer.complete({ ...around, path }, target, { owner: path, signal });
      return { ...given, model: modelId, region, protocol: model.protocol };
    },
  };
}
