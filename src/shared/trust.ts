import { z } from "zod";

/** What sort of thing a file that steers execution or the agent is, in the order a person is shown them. */
export const steeringKindSchema = z.enum([
  "git",
  "git-drivers",
  "hook-manager",
  "tool-server",
  "agent",
  "hidden-files",
  "environment",
  "variables",
  "packages",
  "scripts",
  "editor",
  "container",
  "shell",
  "ci",
  "build",
]);
