import type { HistoryState } from "./history-state.ts";

const mostLines = 12;

/** What happened to a repository's history between two states, for a person: "main 1a2b3c4 → 4d5e6f7". Nothing when it is the same. */
export function historyChanges(before: HistoryState | null, after: HistoryState | null): string[] {
  if (before === null || after === null)
    return before === after ? [] : [before === null ? "repository made" : "repository removed"];
  const lines = [
    ...(before.head === after.head ? [] : [`HEAD ${headName(before)} → ${headName(after)}`]),
    ...refChanges(before.refs, after.refs),
    ...(before.reftable === after.reftable ? [] : ["refs"]),
    ...(before.index === after.index ? [] : ["index"]),
    ...(before.config === after.config ? [] : ["config"]),
    ...lostLogs(before.logs, after.logs),
  ];
  return lines.length <= mostLines
    ? lines
    : [...lines.slice(0, mostLines), `${lines.length - mostLines} more`];
}

const branch = /^ref: refs\/heads\/(.+)$/;

const headName = ({ head }: HistoryState): string => branch.exec(head)?.[1] ?? short(head);

/** Ids are cut as git cuts them. */
const short = (text: string): string => (/^[0-9a-f]{40,64}$/.test(text) ? text.slice(0, 7) : text);

function refName(name: string): string {
  const tag = /^refs\/tags\/(.+)$/.exec(name)?.[1];
  if (tag !== undefined) return `tag ${tag}`;
  return name.replace(/^refs\/(?:heads\/|remotes\/)?/, "");
}

function refChanges(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): string[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return names.flatMap((name) => {
    const [old, now] = [before[name], after[name]];
    if (old === now) return [];
    if (old === undefined) return [`${refName(name)} new at ${short(now ?? "")}`];
    if (now === undefined) return [`${refName(name)} ${short(old)} removed`];
    return [`${refName(name)} ${short(old)} → ${short(now)}`];
  });
}

/** Reflogs grow. One that is shorter has lost what could lead back to a commit. */
function lostLogs(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): string[] {
  return Object.entries(before).flatMap(([name, size]) =>
    (after[name] ?? 0) < size
      ? [`reflog of ${refName(name.replace(/^logs\//, ""))} shortened`]
      : [],
  );
}
