import type { Checkpoint } from "../../src/shared/checkpoint.ts";
import { checkpointIdSchema } from "../../src/shared/ids.ts";
import type { FileChange, FileDiff } from "../../src/shared/diff.ts";
import {
  callId,
  createSessionScript,
  turnId,
  undoId,
  type SessionScript,
} from "./session-script.ts";

function change(
  path: string,
  [added, removed]: readonly [number, number],
  kind: FileChange["kind"] = "modified",
): FileChange & Pick<FileDiff, "key"> {
  return { path, kind, key: `f-${path}`, added, removed, binary: false };
}

/** What the steps of the sample session changed, as `diff.call` answers it. */
export const sampleDiffs: Readonly<Record<string, readonly FileDiff[]>> = {
  "c-edit": [
    {
      ...change("src/tides/harmonics.ts", [5, 4]),
      truncated: false,
      hunks: [
        {
          key: "h-angle",
          oldStart: 12,
          oldLines: 9,
          newStart: 12,
          newLines: 10,
          lines: [
            {
              kind: "context",
              text: "export function heightAt(station: Station, time: Date): number {",
            },
            { kind: "context", text: "  const hours = hoursSince(epoch, time);" },
            { kind: "removed", text: "  return station.constituents.reduce((sum, wave) => {" },
            {
              kind: "removed",
              text: "    return sum + wave.amplitude * Math.cos(wave.speed * hours - wave.phase);",
            },
            { kind: "removed", text: "  }, 0);" },
            { kind: "added", text: "  return station.constituents.reduce((sum, wave) => {" },
            {
              kind: "added",
              text: "    const angle = toRadians(wave.speed * hours - wave.phase);",
            },
            { kind: "added", text: "    return sum + wave.amplitude * Math.cos(angle);" },
            { kind: "added", text: "  }, station.meanLevel);" },
            { kind: "context", text: "}" },
            { kind: "context", text: "" },
          ],
        },
        {
          key: "h-m2",
          oldStart: 40,
          oldLines: 3,
          newStart: 41,
          newLines: 3,
          lines: [
            { kind: "context", text: "/** Degrees per hour, as published. */" },
            { kind: "removed", text: "export const M2 = 28.984;" },
            { kind: "added", text: "export const M2 = 28.9841042;" },
            { kind: "context", text: "" },
          ],
        },
      ],
    },
  ],
  "c-write": [
    {
      ...change("src/tides/radians.ts", [4, 0], "created"),
      truncated: false,
      hunks: [
        {
          key: "h-radians",
          oldStart: 0,
          oldLines: 0,
          newStart: 1,
          newLines: 4,
          lines: [
            { kind: "added", text: "/** Degrees as radians. */" },
            { kind: "added", text: "export function toRadians(degrees: number): number {" },
            { kind: "added", text: "  return (degrees * Math.PI) / 180;" },
            { kind: "added", text: "}" },
          ],
        },
      ],
    },
  ],
};

export const sampleTurnDiffs: readonly FileDiff[] = [
  ...(sampleDiffs["c-edit"] ?? []),
  ...(sampleDiffs["c-write"] ?? []),
  { ...change("assets/tides.png", [0, 0]), binary: true, truncated: false, hunks: [] },
];

const answer = `The heights were off because phases are published in **degrees**, while \`Math.cos\` takes radians. I fixed three things:

1. \`heightAt\` turns the angle into radians first.
2. The sum starts at the station's mean level instead of 0.
3. \`M2\` has all its published digits.

\`\`\`ts
const angle = toRadians(wave.speed * hours - wave.phase);
return sum + wave.amplitude * Math.cos(angle);
\`\`\`

| Station | before | after | published |
| --- | ---: | ---: | ---: |
| Aberdeen | 0.31 m | 3.92 m | 3.9 m |
| Brest | −1.08 m | 6.14 m | 6.1 m |

The constants come from the [hydrographic office](https://www.gov.uk/tides).`;

/** A session with everything a conversation can show: reads, edits, a failed command, an undone step, an answer. */
export function createSampleSession(id = "s-sample"): SessionScript {
  const script = createSessionScript(id);
  script.prompt(
    "t-1",
    "The heights in our tide tables are wrong for every station. Find out why and fix it.",
  );
  script.add({
    type: "reasoning-delta",
    turnId: turnId("t-1"),
    text: "The heights are sums of cosines. Check the units of the phases first.",
  });
  script.text("t-1", "I look at how heights are computed and what the tests expect.");
  for (const [index, path] of [
    "src/tides/harmonics.ts",
    "src/tides/station.ts",
    "test/harmonics.test.ts",
  ].entries()) {
    script.call("t-1", `c-read-${index}`, { name: "read_file", input: { path } });
    script.end("t-1", `c-read-${index}`, { result: `1\timport { epoch } from "./epoch.ts";` });
  }
  script.call("t-1", "c-search", {
    name: "search_files",
    input: { pattern: "Math.cos", path: "src" },
  });
  script.end("t-1", "c-search", { result: "src/tides/harmonics.ts:15" });
  const plan = [
    { text: "Reproduce with the failing test", done: true },
    { text: "Convert angles to radians", done: true },
    { text: "Run all tests", done: false },
  ];
  script.call("t-1", "c-plan", { name: "update_plan", input: { items: plan } });
  script.add({ type: "plan-update", turnId: turnId("t-1"), items: plan });
  script.end("t-1", "c-plan");
  script.call("t-1", "c-test", {
    name: "run_command",
    input: { command: "npm test -- harmonics" },
  });
  script.add({
    type: "tool-output-delta",
    turnId: turnId("t-1"),
    callId: callId("c-test"),
    text: "\u001B[31m✗\u001B[39m Aberdeen at high water\n  expected 3.9, got 0.31\n\n1 failed, 6 passed\n",
  });
  script.end("t-1", "c-test", {
    exitCode: 1,
    durationMs: 4120,
    notes: ["Undo does not cover node_modules: of folders like this only the presence is known."],
    result: "exit 1",
  });
  script.usage("t-1", "0.0041");
  script.call("t-1", "c-edit", { name: "edit_file", input: { path: "src/tides/harmonics.ts" } });
  script.add({
    type: "checkpoint-add",
    turnId: turnId("t-1"),
    checkpointId: checkpoint("k-1"),
    callId: callId("c-edit"),
    commit: "4be1a07",
    paths: ["src/tides/harmonics.ts"],
  });
  script.end("t-1", "c-edit", {
    durationMs: 410,
    changes: [change("src/tides/harmonics.ts", [5, 4])],
  });
  script.call("t-1", "c-write", {
    name: "write_file",
    input: { path: "src/tides/radians.ts", content: "…" },
  });
  script.end("t-1", "c-write", {
    durationMs: 120,
    changes: [change("src/tides/radians.ts", [4, 0], "created")],
  });
  script.call("t-1", "c-test-2", { name: "run_command", input: { command: "npm test" } });
  script.end("t-1", "c-test-2", { exitCode: 0, durationMs: 6200, result: "exit 0" });
  script.text("t-1", answer);
  script.usage("t-1", "0.0087");
  script.finish("t-1", 48_300);
  return script;
}

const checkpoint = (id: string): Checkpoint["checkpointId"] => checkpointIdSchema.parse(id);

/** The sample with a second prompt that waits for an approval. */
export function addWaitingCommand(
  script: SessionScript,
  command = "rm -rf build && npm run build",
): void {
  script.prompt("t-2", "Now build the release.");
  script.text("t-2", "The old output goes first.");
  script.call("t-2", "c-wait", { name: "run_command", input: { command } });
  script.add({
    type: "approval-request",
    turnId: turnId("t-2"),
    callId: callId("c-wait"),
    reason: "Commands ask in this mode.",
    title: `Run ${command}`,
    detail: command,
  });
}

/** Marks the sample's edit as undone. */
export function addUndo(script: SessionScript): void {
  script.add({
    type: "undo-add",
    undoId: undoId("u-1"),
    direction: "undo",
    callIds: [callId("c-edit")],
    paths: ["src/tides/harmonics.ts"],
    conflicts: [],
  });
}
