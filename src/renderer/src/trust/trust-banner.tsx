import { useCallback, useState } from "react";
import { ShieldAlert, X } from "lucide-react";
import type { TrustReport } from "../../../shared/trust.ts";
import { useActions } from "../actions/use-actions.ts";
import { useApp, useServices, useSessions } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useVisits } from "../app/use-visits.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { TrustDialog } from "./trust-dialog.tsx";

/** Says, without being in the way, that the project brings content that runs or steers, and leads to the list of it. */
export function TrustBanner() {
  const path = useApp((state) => state.project?.path);
  return path === undefined ? null : <Banner key={path} workspace={path} />;
}

const always = (): boolean => true;

function Banner({ workspace }: { readonly workspace: string }) {
  const { trust: words } = useMessages();
  const { report, setReport } = useReport(workspace);
  const [isOpen, setOpen] = useState(false);
  const [hidden, setHidden] = useState("");
  useActions([
    {
      id: "trust.review",
      label: (messages) => messages.trust.action,
      icon: ShieldAlert,
      isEnabled: always,
      perform: () => {
        setOpen(true);
      },
    },
  ]);
  if (report === null) return null;
  const isShown = report.off > 0 && hidden !== standing(report);
  return (
    <>
      {isShown && (
        <output
          data-banner
          className="flex min-h-10 shrink-0 items-center gap-1 border-b border-line bg-card py-1 pr-1.5 pl-3"
        >
          <ShieldAlert className="icon mr-1 text-needs" aria-hidden />
          <span className="min-w-0 flex-1 text-ui">
            {words.banner(report.off, report.complete)}
          </span>
          <Button
            variant="plain"
            onClick={() => {
              setOpen(true);
            }}
          >
            {words.review}
          </Button>
          <IconButton
            icon={X}
            label={words.later}
            onClick={() => {
              setHidden(standing(report));
            }}
          />
        </output>
      )}
      {isOpen && (
        <TrustDialog
          workspace={workspace}
          report={report}
          onReport={setReport}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

/** What is off, as one text: with anything new or changed in it the banner comes back. */
const standing = ({ items }: TrustReport): string =>
  items
    .filter(({ state }) => state !== "accepted")
    .map(({ path, hash }) => `${path} ${hash}`)
    .join("\n");

/** Asked anew when main has seen a change, when a prompt of the session has ended, and when the person comes back to the window. */
function useReport(workspace: string) {
  const { client } = useServices();
  const sessionId = useApp((state) => state.sessionId);
  const ended = useSessions(({ sessions }) => {
    const turns = sessionId === null ? [] : (sessions[sessionId]?.turns ?? []);
    return turns.filter((turn) => turn.status !== "running").length;
  });
  const visits = useVisits();
  const moves = useApp((state) => state.steeringMoves);
  const ask = useCallback(
    () => client("trust.list", { workspace }),
    // oxlint-disable-next-line react/exhaustive-deps -- each of them may make the answer another
    [client, workspace, ended, visits, moves],
  );
  const { value } = useAnswer(ask);
  const [answered, setAnswered] = useState<{ of: TrustReport | null; report: TrustReport } | null>(
    null,
  );
  // What the person's own answer brought stands until main is asked again.
  const report = answered !== null && answered.of === value ? answered.report : value;
  return {
    report,
    setReport: (next: TrustReport): void => {
      setAnswered({ of: value, report: next });
    },
  };
}
