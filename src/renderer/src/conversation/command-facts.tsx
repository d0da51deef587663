import { TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import type { CommandFacts, RuleCover } from "../../../shared/approvals.ts";
import type { ToolItem } from "../../../shared/session-state.ts";
import type { Messages } from "../messages/en.ts";
import { useMessages } from "../messages/messages.tsx";
import { CodeSpans } from "../text/code-spans.tsx";
import { VisibleText } from "../text/visible-text.tsx";

interface FactsProps {
  readonly facts: CommandFacts;
}

/** Why a command asks: what is dangerous about it first, each in a sentence of its own. */
export function CommandReason({ facts, item }: FactsProps & { readonly item: ToolItem }) {
  const { approvals: words } = useMessages();
  const { voided, sandbox, because } = facts;
  return (
    <div className="selectable flex flex-col gap-1 px-3 text-label text-secondary wrap-anywhere">
      <p>
        {words.because[because]}
        {sandbox.kind === "none" && (
          <>
            {" "}
            <CodeSpans text={words.mainWords(`${sandbox.reason} ${sandbox.remedy}`)} />
          </>
        )}
      </p>
      <Caution item={item} />
      <Dangers facts={facts} />
      {voided !== null && (
        <p className="text-needs">
          {words.voided} <Cover cover={voided} words={words} />
        </p>
      )}
    </div>
  );
}

/** What a person should know before it runs. */
export function Caution({ item, before = "" }: CautionProps) {
  const text = useCaution(item);
  return text === "" ? null : (
    <p>
      {before}
      <VisibleText text={text} />
    </p>
  );
}

interface CautionProps {
  readonly item: ToolItem;
  readonly before?: string;
}

/** In the person's language; as main says it in the log of an older Belay. */
export function useCaution({ approval }: ToolItem): string {
  const { approvals: words } = useMessages();
  if (approval?.cautions === undefined) return approval?.command?.caution ?? approval?.reason ?? "";
  return words.sentences(approval.cautions.map((part) => words.caution(part)));
}

/** What is asked about every time, each in a sentence of its own. */
export function Dangers({ facts: { dangers } }: FactsProps) {
  const { approvals: words } = useMessages();
  if (dangers.length === 0) return null;
  return (
    <div className="mt-1 flex gap-2 rounded-control border border-failed bg-pane px-2 py-1.5 text-ui text-primary">
      <TriangleAlert className="icon mt-0.5 shrink-0 text-failed" aria-hidden />
      <div>
        <ul>
          {dangers.map((danger) => (
            <li key={danger}>{words.dangers[danger]}</li>
          ))}
        </ul>
        <p className="text-label text-secondary">{words.alwaysAsked}</p>
      </div>
    </div>
  );
}

function Cover({
  cover,
  words,
}: {
  readonly cover: RuleCover;
  readonly words: Messages["approvals"];
}) {
  return (
    <span className="font-mono text-code">
      <VisibleText
        text={
          cover.kind === "program"
            ? `${cover.words.join(" ")} …`
            : words.shortCommand(cover.command)
        }
      />
    </span>
  );
}

/** Where a command runs and what it may reach, beside its bytes. */
export function CommandFactsView({ facts }: FactsProps) {
  const { approvals: words } = useMessages();
  return (
    <dl className="selectable grid grid-cols-[max-content_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5 px-3 pt-2 text-label">
      <Fact label={words.folder}>
        <span className="font-mono text-code">
          <VisibleText text={facts.cwd} />
        </span>
      </Fact>
      {facts.shell !== undefined && <Fact label={words.shell}>{facts.shell}</Fact>}
      {facts.sets.length > 0 && (
        <Fact label={words.sets}>
          <span className="font-mono text-code text-needs">
            <VisibleText text={facts.sets.join("  ")} />
          </span>
        </Fact>
      )}
      <Fact label={words.mayChange}>
        <Reach facts={facts} />
      </Fact>
      <Fact label={words.network}>
        <Network facts={facts} />
      </Fact>
    </dl>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{label}</dt>
      <dd className="min-w-0 text-secondary wrap-anywhere">{children}</dd>
    </>
  );
}

/** What it may write to, with what was asked for beyond the sandbox in amber. */
function Reach({ facts: { sandbox, needs } }: FactsProps) {
  const { approvals: words } = useMessages();
  if (sandbox.kind !== "inside") return <span className="text-needs">{words.reachAll}</span>;
  const more = needs.flatMap((need) => {
    const text = words.needs(need);
    return text === null ? [] : [text];
  });
  return (
    <>
      {words.reachProject}
      {more.map((text) => (
        <span key={text} className="text-needs">
          {" "}
          + <VisibleText text={text} />
        </span>
      ))}
    </>
  );
}

/** What it may reach by now, and in amber what this yes would open to the session. */
function Network({ facts: { sandbox, needs, network } }: FactsProps) {
  const { approvals: words } = useMessages();
  if (sandbox.kind !== "inside") return <span className="text-needs">{words.networkAll}</span>;
  const wanted = needs.flatMap((need) => /^(?:private-)?network:(.+)$/s.exec(need)?.[1] ?? []);
  const fresh = wanted.filter((host) => !network.includes(host));
  return (
    <>
      <VisibleText text={network.length === 0 ? words.networkOff : network.join(", ")} />
      {fresh.map((host) => (
        <span key={host} className="text-needs">
          {" "}
          + <VisibleText text={host} />
        </span>
      ))}
    </>
  );
}
