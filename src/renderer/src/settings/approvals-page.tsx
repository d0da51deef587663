import { useCallback, useState } from "react";
import type { ListedRule } from "../../../shared/approvals.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Answered } from "./answered.tsx";

/** What was allowed for good, by project, each taken back by one press; and the log of all decisions. */
export function ApprovalsPage() {
  const { approvals: words } = useMessages();
  const { client } = useServices();
  const [removed, setRemoved] = useState<ReadonlySet<string>>(new Set());
  const answer = useAnswer(useCallback(() => client("approvals.rules", {}), [client]));
  return (
    <>
      <Answered answer={answer} failed={words.rulesFailed}>
        {(rules) => (
          <Rules
            rules={rules.filter(({ id }) => !removed.has(id))}
            onRemoved={(id) => {
              setRemoved((known) => new Set([...known, id]));
            }}
          />
        )}
      </Answered>
      <DecisionLog />
    </>
  );
}

interface RulesProps {
  readonly rules: readonly ListedRule[];
  readonly onRemoved: (id: string) => void;
}

function Rules({ rules, onRemoved }: RulesProps) {
  const { approvals: words } = useMessages();
  const roots = [...new Set(rules.map(({ root }) => root))];
  return (
    <>
      <p className="text-ui text-secondary">{words.rulesIntro}</p>
      {rules.length === 0 && <p className="text-ui text-muted">{words.rulesNone}</p>}
      {roots.map((root) => (
        <section key={root} aria-label={words.rulesOf(root)}>
          <h3 className="border-b border-line pb-1 text-label font-medium text-secondary wrap-anywhere">
            <VisibleText text={root} />
          </h3>
          <ul>
            {rules
              .filter((rule) => rule.root === root)
              .map((rule) => (
                <Rule key={rule.id} rule={rule} onRemoved={onRemoved} />
              ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function Rule({ rule, onRemoved }: { readonly rule: ListedRule } & Pick<RulesProps, "onRemoved">) {
  const { approvals: words } = useMessages();
  const { client, attempt, toasts } = useServices();
  const { cover } = rule;
  const text = cover.kind === "program" ? cover.words.join(" ") : cover.command;
  const remove = (): void => {
    attempt(async () => {
      await client("approvals.removeRule", { id: rule.id });
      onRemoved(rule.id);
      toasts.show(words.ruleRemoved);
    });
  };
  return (
    <li className="flex items-start gap-3 border-b border-line py-2">
      <div className="min-w-0 flex-1">
        <p className="selectable line-clamp-3 font-mono text-code text-primary wrap-anywhere">
          <VisibleText text={text} />
        </p>
        <p className="text-label text-muted">
          {cover.kind === "program" ? words.ruleProgram : words.ruleExact}
          {cover.kind === "exact" && cover.needs.length > 0 && (
            <span> · {words.ruleNeeds(cover.needs.join(", "))}</span>
          )}
          <span> · </span>
          <span className="whitespace-nowrap">{words.ruleMade(rule.madeAt.slice(0, 10))}</span>
        </p>
      </div>
      {rule.isVoid && <Badge tone="needs">{words.ruleVoid}</Badge>}
      <Button aria-label={words.removeRuleOf(text)} onClick={remove}>
        {words.removeRule}
      </Button>
    </li>
  );
}

function DecisionLog() {
  const { approvals: words } = useMessages();
  const { client, attempt, toasts } = useServices();
  const save = (): void => {
    attempt(async () => {
      const saved = await client("approvals.export", {});
      if (saved !== null) toasts.show(words.exported(saved.path));
    });
  };
  return (
    <section aria-label={words.log} className="flex items-start gap-3">
      <div className="min-w-0 flex-1">
        <h3 className="text-ui font-medium text-primary">{words.log}</h3>
        <p className="text-label text-muted">{words.logHelp}</p>
      </div>
      <Button onClick={save}>{words.exportLog}</Button>
    </section>
  );
}
