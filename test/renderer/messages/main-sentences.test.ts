import { describe, expect, it } from "vitest";
import { historyNotes } from "../../../src/main/checkpoints/history-keeper.ts";
import type { Coverage } from "../../../src/main/checkpoints/records.ts";
import { uncoveredNotes } from "../../../src/main/checkpoints/uncovered.ts";
import { networkNotes } from "../../../src/main/shell/network/network-notes.ts";
import { createTraffic } from "../../../src/main/shell/network/traffic.ts";
import { wallsIn } from "../../../src/main/tools/blocked.ts";
import { networkWords, parseNeeds } from "../../../src/main/tools/command-needs.ts";
import { coverageCaution, coverageParts } from "../../../src/main/tools/coverage-caution.ts";
import { withoutSteering } from "../../../src/main/tools/deep-steering.ts";
import { limitLines } from "../../../src/main/tools/limits-hit.ts";
import { steeringCaution } from "../../../src/main/tools/steering-caution.ts";
import { steeringRules } from "../../../src/main/trust/steering-files.ts";
import { en } from "../../../src/renderer/src/messages/en.ts";
import { zhCn } from "../../../src/renderer/src/messages/zh-cn.ts";
import { createCallId } from "../../../src/shared/ids.ts";
import type { CautionPart } from "../../../src/shared/cautions.ts";
import { allCovered } from "../../support/free-commands.ts";

const bytes = async (): Promise<Buffer> => Buffer.from("a");

/** Three English words in a row, names and needs aside, are a sentence that was not put into Chinese. */
const english = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/i;

const full: Coverage = {
  ...allCovered,
  complete: false,
  files: 9,
  covered: 4,
  heavy: ["a", "b", "c", "d", "e", "f", "g"],
  tooLarge: [{ path: "big.bin", size: 99 }],
  special: [".git", "sub/.git", "a.sock"],
};

/** Every line that main can say of a command that has run, from where it says them. */
async function allNotes(): Promise<readonly string[]> {
  const traffic = createTraffic();
  const place = { host: "a.example", port: 443 };
  for (const why of [
    "not-granted",
    "private-address",
    "closed-address",
    "other-server",
    "not-found",
    "too-many",
  ] as const)
    traffic.refuse(place, why);
  traffic.refuse(null, "malformed");
  traffic.refuse(place, "not-granted");
  traffic.add("a.example", 12_000, 3);
  const output = [
    ".git/x: Read-only file system",
    ".envrc: Read-only file system",
    "sub/x: Read-only file system",
    "/usr/lib/x: Read-only file system",
    "ENOTFOUND",
  ].join("\n");
  return [
    ...networkNotes(traffic),
    ...wallsIn(output, { root: "/w", knowsHosts: false }).map(({ line }) => line),
    ...limitLines("Cannot fork\nMemoryError", 137),
    ...uncoveredNotes({ ...full, unknown: ["lost.txt"] }),
    ...(await steeringNotes([])),
    ...(await steeringNotes(steering.map(({ path }) => path))),
    ...historyNotes({ lines: ["main 1a2b3c4 → 4d5e6f7"], snapshot: null }),
  ];
}

const steering = ["a/b/.envrc", "a/AGENTS.md", "c/.envrc", "d/.envrc"].map((path) => {
  return { path, kind: "created", added: 1, removed: 0, binary: false } as const;
});

async function steeringNotes(taken: readonly string[]): Promise<readonly string[]> {
  const record = { checkpointId: null, changes: steering, notes: [] };
  const { told } = await withoutSteering(record, {
    callId: createCallId(),
    takeBack: async () => taken,
  });
  return told;
}

describe("what main says of a command", () => {
  it("stands in Chinese in the Chinese window, with its names as they are", async () => {
    const notes = await allNotes();
    expect(notes.length).toBeGreaterThan(20);
    for (const note of notes) {
      const said = zhCn.approvals.mainNote(note);
      expect(said).toMatch(/\p{Script=Han}/u);
      expect(said.replaceAll(/needs \[[^\]]*\]/g, "")).not.toMatch(english);
      expect(en.approvals.mainNote(note)).toBe(note);
    }
    expect(zhCn.approvals.mainNote(notes[0] ?? "")).toBe(
      '已阻止：连接 a.example:443（2 次）。如需访问，可用 needs ["network:a.example"] 重新运行并询问。',
    );
    expect(zhCn.approvals.mainNote("Something new.")).toBe("Something new.");
  });
});

const inEnglish = (parts: readonly CautionPart[]): string =>
  en.approvals.sentences(parts.map((part) => en.approvals.caution(part)));

describe("what a person should know before a call runs", () => {
  it("is said by the window in the words that main has for the command line", () => {
    const needs = ["git-history", "steering-files", "no-sandbox", "read:/a b", "write:/c"];
    const parsed = parseNeeds([...needs, "network:a.example:8443", "network:localhost:5432"]);
    if (!parsed.ok) throw new Error(parsed.result);
    expect(needs.map((need) => inEnglish([{ code: "need", need }]))).toEqual(parsed.words);
    const hosts = ["network:a.example:8443", "network:localhost:5432"];
    expect(hosts.map((need) => inEnglish([{ code: "need", need }]))).toEqual(
      networkWords(parsed.network),
    );
    const lan = parseNeeds(["private-network:b.example"]);
    expect([inEnglish([{ code: "need", need: "private-network:b.example" }])]).toEqual(
      lan.ok ? networkWords(lan.network) : [],
    );
  });

  it("names all that undo would not cover", () => {
    for (const coverage of [full, { ...full, files: 0, covered: 0 }, { ...full, complete: true }])
      expect(inEnglish(coverageParts(coverage))).toBe(coverageCaution(coverage));
    expect(coverageParts(allCovered)).toEqual([]);
  });

  it("tells what each kind of file that steers may do, as the list of a project does", async () => {
    for (const { kind, reason, acts, part, patterns } of steeringRules) {
      if (acts !== "unasked" || part !== undefined) continue;
      const path = (patterns[0] ?? "").replace("/**", "/x").replaceAll("*", "x");
      const caution = await steeringCaution(path, async () => [
        { path, before: async () => null, after: bytes },
      ]);
      expect(caution?.parts).toEqual([{ code: "steers", kinds: [kind], leadsTo: null }]);
      expect(caution?.text).toContain(reason);
      expect(inEnglish(caution?.parts ?? [])).toMatch(/^Files like this one ask in every mode\. ./);
    }
  });

  it("has Chinese words for all of it", () => {
    const parts: readonly CautionPart[] = [
      { code: "writes-ask" },
      ...["git-history", "steering-files", "no-sandbox", "read:/a", "network:a.example"].map(
        (need): CautionPart => ({ code: "need", need }),
      ),
      { code: "need", need: "private-network:10.0.0.1" },
      { code: "need", need: "network:localhost:80" },
      ...coverageParts(full),
      ...coverageParts({ ...full, files: 0, covered: 0 }),
      { code: "steers", kinds: ["git", "ci"], leadsTo: "b" },
    ];
    for (const part of parts) {
      const said = zhCn.approvals.caution(part);
      expect(said).toMatch(/\p{Script=Han}/u);
      expect(said).not.toMatch(english);
    }
  });
});
