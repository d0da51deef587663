import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ModelBinding } from "../agent/turn-context.ts";
import type { AppFolders } from "../app-files.ts";
import { createDemoModel, demoFiles, demoModelId, demoPrompt } from "../providers/demo-model.ts";

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
    project: () => writeProject(join(folders.root, "demo")),
    binding: () => ({
      model,
      modelId: demoModelId,
      maxOutputTokens: 1,
      sendOutputLimit: false,
      maxInputTokens: null,
    }),
  };
}

async function writeProject(parent: string): Promise<string> {
  await mkdir(parent, { recursive: true, mode: 0o700 });
  // The folder's name is the project's name in the window.
  const folder = join(await mkdtemp(join(parent, "copy-")), "sample");
  for (const [path, content] of Object.entries(demoFiles)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}
