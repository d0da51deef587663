import { join } from "node:path";
import type { AppFolders } from "../app-files.ts";
import { createDemoProject } from "../app-files.ts";
import { createDemoModel, demoFiles, demoModelId, demoPrompt } from "../providers/demo-model.ts";
import type { ModelBinding } from "../agent/session.ts";

/** The tour without key or network: a scripted model on a real sample project, with real tools and real checkpoints. */
export interface Demo {
  readonly modelId: string;
  readonly prompt: string;
  /** A fresh copy of the sample project; answers its folder. */
  project(): Promise<string>;
  binding(): ModelBinding;
}

export function createDemo(folders: AppFolders): Demo {
  const model = createDemoModel();
  return {
    modelId: demoModelId,
    prompt: demoPrompt,
    project: () => createDemoProject(join(folders.root, "demo"), demoFiles),
    binding: () => ({ model, modelId: demoModelId, maxOutputTokens: 1, sendOutputLimit: false }),
  };
}
