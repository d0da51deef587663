import { Hand } from "lucide-react";
import type { ToolItem } from "../../../shared/session-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { plainOutput } from "../text/plain-output.ts";
import { VisibleText } from "../text/visible-text.tsx";
import { LongText } from "./long-text.tsx";

/** The runs of a command that the sandbox stopped, each with what it printed and how the person had it go on. */
export function BlockedRuns({ item }: { readonly item: ToolItem }) {
  const { approvals: words } = useMessages();
  return item.blockedRuns.map(({ walls, way, output: printed }, index) => {
    const output = plainOutput(printed);
    // After that it did not run again: then this is its only output, shown below.
    const isLast = item.output === printed;
    return (
      // oxlint-disable-next-line react/no-array-index-key -- runs are only ever added
      <section key={index} aria-label={words.blockedTitle}>
        <p className="selectable flex gap-2 text-ui text-secondary">
          <Hand className="icon mt-0.5 text-muted" aria-hidden />
          <span className="min-w-0 wrap-anywhere">
            <VisibleText text={walls.map((wall) => words.blocked(wall)).join(" · ")} />
            {" · "}
            {way === null ? words.wayOpen : words.wayTaken[way]}
          </span>
        </p>
        {output !== "" && !isLast && <LongText text={output} fromEnd />}
      </section>
    );
  });
}
