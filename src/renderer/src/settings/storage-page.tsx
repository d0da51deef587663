import { useCallback, useState } from "react";
import type { StorageSize } from "../../../shared/storage.ts";
import { byteSize, folderName } from "../app/format.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { Select } from "../ui/select.tsx";
import { Answered } from "./answered.tsx";
import { CommandStorage } from "./command-storage.tsx";
import { FreeSpace } from "./free-space.tsx";
import { StorageLimits } from "./storage-limits.tsx";

/** What safety copies take on the disk, project by project, and what bounds them. */
export function StoragePage() {
  const { storage: words } = useMessages();
  const present = useApp((state) => state.project?.path ?? null);
  const recent = useApp((state) => state.recent);
  const paths = [
    ...new Set([...(present === null ? [] : [present]), ...recent.map((r) => r.path)]),
  ];
  const [chosen, choose] = useState<string | null>(null);
  const path = chosen ?? paths[0];
  return (
    <>
      <p className="text-ui text-secondary">{words.intro}</p>
      {path === undefined ? (
        <p className="text-ui text-muted">{words.none}</p>
      ) : (
        <>
          <Select
            label={words.project}
            value={path}
            options={paths.map((one) => ({ value: one, label: folderName(one), detail: one }))}
            onChange={choose}
          />
          <ProjectStorage key={path} path={path} />
          <CommandStorage key={`commands ${path}`} path={path} />
        </>
      )}
    </>
  );
}

function ProjectStorage({ path }: { readonly path: string }) {
  const { storage: words } = useMessages();
  const { client } = useServices();
  const [changes, setChanges] = useState(0);
  const answer = useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- freeing space, or another limit, has to ask again
    useCallback(() => client("storage.size", { workspace: path }), [client, path, changes]),
  );
  const again = (): void => {
    setChanges(changes + 1);
  };
  return (
    <Answered answer={answer} failed={words.failed}>
      {(size) => (
        <>
          <Figures size={size} />
          <FreeSpace path={path} onFreed={again} />
          <StorageLimits inForce={byteSize(size.quota)} onChange={again} />
        </>
      )}
    </Answered>
  );
}

function Figures({ size }: { readonly size: StorageSize }) {
  const { storage: words } = useMessages();
  const work = size.bytes - size.baseline;
  const full = Math.min(1, work / Math.max(size.quota, 1));
  const facts = [
    words.copies(size.checkpoints),
    size.oldest === null ? "" : words.since(new Date(size.oldest)),
  ];
  return (
    <section
      aria-label={words.size}
      className="flex flex-col gap-2 rounded-card border border-line bg-card px-3 py-2.5"
    >
      <p className="flex items-baseline gap-3 text-ui">
        <span className="font-medium tabular-nums">
          {words.of(byteSize(work), byteSize(size.quota))}
        </span>
        <span className="ml-auto text-label text-secondary">
          {facts.filter(Boolean).join(" · ")}
        </span>
      </p>
      <meter
        aria-label={words.size}
        value={full}
        className="h-1 w-full appearance-none overflow-hidden rounded-control bg-hover [&::-webkit-meter-bar]:h-1 [&::-webkit-meter-bar]:border-0 [&::-webkit-meter-bar]:bg-transparent [&::-webkit-meter-bar]:bg-none [&::-webkit-meter-inner-element]:block [&::-webkit-meter-optimum-value]:rounded-control [&::-webkit-meter-optimum-value]:bg-accent-solid [&::-webkit-meter-optimum-value]:bg-none"
      />
      <p className="flex items-baseline gap-3 text-label text-secondary">
        {words.baseline}
        <span className="ml-auto shrink-0 tabular-nums">{byteSize(size.baseline)}</span>
      </p>
      <p className="text-label text-muted">{words.baselineApart}</p>
      {size.pinned.length > 0 && (
        <p className="text-label text-secondary">{words.pinned(size.pinned.length)}</p>
      )}
      {size.dropped !== null && (
        <p className="text-label text-secondary">
          {words.dropped(new Date(size.dropped.at), size.dropped.checkpoints)}
        </p>
      )}
    </section>
  );
}
