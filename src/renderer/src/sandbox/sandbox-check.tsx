import { useState } from "react";
import { CircleCheck, CircleX, RotateCw } from "lucide-react";
import type { SandboxAttempt, SandboxReport } from "../../../shared/sandbox.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { CodeSpans } from "../text/code-spans.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { NetworkList } from "./network-list.tsx";
import type { SandboxStanding } from "./sandbox-standing.ts";

/** Everything that was tried from inside, what stood against it, and a button that tries again. */
export function SandboxCheck({ standing }: { readonly standing: SandboxStanding }) {
  const { sandbox: words } = useMessages();
  const report = useApp((state) => state.sandbox);
  const { isChecking, failure, check } = useCheck();
  const attempts = report?.attempts ?? [];
  const passed = attempts.filter((attempt) => attempt.passed).length;
  return (
    <div className="flex flex-col gap-2 p-2">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <h2 className="text-ui font-medium text-primary">{words.title}</h2>
          <p className="text-label text-secondary">{words[`${standing}Detail`]}</p>
        </div>
        <Button icon={RotateCw} busy={isChecking} onClick={check}>
          {words.again}
        </Button>
      </div>
      {failure !== null && (
        <p role="alert" className="text-label text-failed">
          {words.checkFailed(failure)}
        </p>
      )}
      {report !== null && <Reason report={report} />}
      <NetworkList />
      {attempts.length > 0 && (
        <>
          <ul aria-label={words.attempts} className="flex flex-col border-y border-line py-1">
            {attempts.map((attempt) => (
              <Attempt key={attempt.id} attempt={attempt} />
            ))}
          </ul>
          <output className="text-label text-muted">
            {words.passedOf(passed, attempts.length)} · {words.mechanism} {report?.mechanism}
          </output>
        </>
      )}
      {report?.limits !== undefined && (
        <p className="text-label text-secondary">{words.limits(report.limits)}</p>
      )}
    </div>
  );
}

function Reason({ report: { reason, remedy } }: { readonly report: SandboxReport }) {
  const { approvals } = useMessages();
  if (reason === null) return null;
  return (
    <div className="selectable rounded-control border border-needs bg-pane px-2 py-1.5 text-label text-primary wrap-anywhere">
      <p>
        <CodeSpans text={approvals.mainWords(reason)} />
      </p>
      {remedy !== null && (
        <p className="pt-1 text-secondary">
          <CodeSpans text={approvals.mainWords(remedy)} />
        </p>
      )}
    </div>
  );
}

function Attempt({ attempt }: { readonly attempt: SandboxAttempt }) {
  const { sandbox: words } = useMessages();
  const { id, passed, mechanism, reason } = attempt;
  const Icon = passed ? CircleCheck : CircleX;
  return (
    <li className="flex items-start gap-2 py-0.5 text-ui">
      <Icon className={passed ? "icon mt-0.5 text-ok" : "icon mt-0.5 text-failed"} aria-hidden />
      <span className="min-w-0 flex-1 text-primary">
        {words.tried[id] ?? attempt.tried}
        <span className="sr-only">: {passed ? words.held : words.got}</span>
        {!passed && (
          <span className="selectable block text-label text-failed wrap-anywhere">
            <VisibleText text={reason} />
          </span>
        )}
      </span>
      <span className="shrink-0 pt-0.5 text-label text-muted">
        {words.mechanisms[mechanism] ?? mechanism}
      </span>
    </li>
  );
}

interface Check {
  readonly isChecking: boolean;
  readonly failure: string | null;
  readonly check: () => void;
}

/** Runs the check anew; what it finds is the window's from then on. */
function useCheck(): Check {
  const { client, app, explain } = useServices();
  const [isChecking, setChecking] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const run = async (): Promise<void> => {
    const { project } = app.getState();
    if (project === null) return;
    setChecking(true);
    setFailure(null);
    try {
      const sandbox = await client("sandbox.check", { workspace: project.path });
      if (app.getState().project?.path === project.path) app.setState({ sandbox });
    } catch (error) {
      setFailure(explain(error));
    } finally {
      setChecking(false);
    }
  };
  return { isChecking, failure, check: () => void run() };
}
