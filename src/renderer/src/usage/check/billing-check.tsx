import { useCallback } from "react";
import { Scale } from "lucide-react";
import type { MonitoringStatus } from "../../../../shared/monitoring.ts";
import { useApp, useServices } from "../../app/services.tsx";
import { useAnswer } from "../../app/use-answer.ts";
import { ConsoleLinks } from "../../key/console-links.tsx";
import { regionName } from "../../key/regions.ts";
import { useMessages } from "../../messages/messages.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState, Loading } from "../../ui/empty-state.tsx";
import { Select } from "../../ui/select.tsx";
import type { CallChoice } from "../call-list.tsx";
import { BillView } from "./bill-view.tsx";
import { CheckReport } from "./check-report.tsx";
import { useBill } from "./use-bill.ts";
import { useReconciliation } from "./use-reconciliation.ts";

const periods = { day: 1, week: 7, month: 30 } as const;
type Period = keyof typeof periods;
const periodNames = ["day", "week", "month"] as const satisfies readonly Period[];

export interface CheckChoice {
  /** null: the settings' own, where it is set up. */
  readonly region: string | null;
  readonly period: Period;
}

export const firstCheck: CheckChoice = { region: null, period: "week" };

export interface BillingCheckProps {
  readonly choice: CheckChoice;
  readonly onChoose: (choice: CheckChoice) => void;
  readonly onShowCalls: (calls: CallChoice) => void;
}

/** Belay's figures beside the provider's, or how to come to that. */
export function BillingCheck({ choice, onChoose, onShowCalls }: BillingCheckProps) {
  const messages = useMessages();
  const { client } = useServices();
  const here = useApp((state) => state.settings?.region ?? "");
  // Set up, or taken away, while this waits behind the settings.
  const isInSettings = useApp((state) => state.overlay === "settings");
  const { value, failure } = useAnswer(
    // oxlint-disable-next-line react/exhaustive-deps -- leaving the settings asks anew
    useCallback(() => client("monitoring.status", {}), [client, isInSettings]),
  );
  const region = value === null ? null : regionOf(value, choice.region, here);
  const bill = useBill(region ?? here);
  if (bill.now.stage !== "none" && bill.now.stage !== "choosing")
    return <BillView bill={bill} onShowCalls={onShowCalls} />;
  if (failure !== null)
    return (
      <p role="alert" className="p-4 text-ui text-failed">
        {messages.billing.statusFailed} {failure}
      </p>
    );
  if (value === null) return <Loading title={messages.common.loading} />;
  if (region === null) return <NotSetUp status={value} here={here} onFile={bill.choose} />;
  return (
    <div className="flex min-h-full flex-col">
      <CheckBar
        status={value}
        region={region}
        period={choice.period}
        onChoose={(part) => {
          onChoose({ region, period: choice.period, ...part });
        }}
        onFile={bill.choose}
      />
      <Compared region={region} period={choice.period} onShowCalls={onShowCalls} />
    </div>
  );
}

/** The chosen one, else that of the settings, else the first; null where none is set up. */
function regionOf(status: MonitoringStatus, chosen: string | null, here: string): string | null {
  const set = status.sources.map(({ region }) => region);
  for (const region of [chosen, here]) if (region !== null && set.includes(region)) return region;
  return set[0] ?? null;
}

interface NotSetUpProps {
  readonly status: MonitoringStatus;
  readonly here: string;
  readonly onFile: () => void;
}

function NotSetUp({ status, here, onFile }: NotSetUpProps) {
  const messages = useMessages();
  const { billing: words, bill } = messages;
  const { commands } = useServices();
  const isOffered = status.regions.includes(here);
  return (
    <EmptyState
      icon={Scale}
      title={isOffered ? words.notSetUp : words.notMonitored(regionName(here, messages))}
      detail={isOffered ? words.notSetUpDetail : words.notMonitoredDetail}
    >
      <span className="flex gap-2">
        <Button
          variant={isOffered ? "primary" : "quiet"}
          onClick={() => {
            commands.showOverlay("settings", "billing");
          }}
        >
          {words.setUp}
        </Button>
        <Button variant={isOffered ? "quiet" : "primary"} onClick={onFile}>
          {bill.choose}
        </Button>
      </span>
      <p className="max-w-90 text-label text-muted">{bill.chooseDetail}</p>
      <ConsoleLinks region={here} />
    </EmptyState>
  );
}

interface CheckBarProps {
  readonly status: MonitoringStatus;
  readonly region: string;
  readonly period: Period;
  readonly onChoose: (part: Partial<CheckChoice>) => void;
  readonly onFile: () => void;
}

/** Where and when, and the provider's own page of it. */
function CheckBar({ status, region, period, onChoose, onFile }: CheckBarProps) {
  const messages = useMessages();
  const { billing: words, bill } = messages;
  return (
    <div className="mx-auto flex w-full max-w-300 items-center gap-1 px-2 pt-2">
      <Select
        look="bar"
        label={words.region}
        value={region}
        options={status.sources.map((source) => ({
          value: source.region,
          label: regionName(source.region, messages),
        }))}
        onChange={(next) => {
          onChoose({ region: next });
        }}
      />
      <Select
        look="bar"
        label={words.period}
        value={period}
        options={periodNames.map((name) => ({ value: name, label: words.periods[name] }))}
        onChange={(next) => {
          onChoose({ period: next });
        }}
      />
      <span className="flex-1" />
      <span className="mr-2">
        <ConsoleLinks region={region} pages={["monitoring", "alerts"]} />
      </span>
      <Button variant="plain" title={bill.chooseDetail} onClick={onFile}>
        {bill.choose}
      </Button>
    </div>
  );
}

interface ComparedProps extends Pick<BillingCheckProps, "onShowCalls"> {
  readonly region: string;
  readonly period: Period;
}

function Compared({ region, period, onShowCalls }: ComparedProps) {
  const { billing: words } = useMessages();
  const { client, commands, attempt } = useServices();
  const { answer, again } = useReconciliation({ region, days: periods[period] });
  const readAgain = <Button onClick={again}>{words.again}</Button>;
  const toSettings = (
    <Button
      onClick={() => {
        commands.showOverlay("settings", "billing");
      }}
    >
      {words.settings}
    </Button>
  );
  switch (answer.stage) {
    case "reading":
      return (
        <output className="appear-late block flex-1">
          <EmptyState title={words.reading}>
            <Button
              onClick={() => {
                attempt(() => client("monitoring.stop", {}));
              }}
            >
              {words.stop}
            </Button>
          </EmptyState>
        </output>
      );
    case "stopped":
      return (
        <EmptyState title={words.stopped} detail={words.stoppedDetail}>
          {readAgain}
        </EmptyState>
      );
    case "absent":
      return (
        <EmptyState title={words.notSetUp} detail={words.notSetUpDetail}>
          {toSettings}
        </EmptyState>
      );
    case "failed":
      return (
        <EmptyState title={words.failed} detail={<span role="alert">{answer.reason}</span>}>
          <span className="flex gap-2">
            {readAgain}
            {toSettings}
          </span>
        </EmptyState>
      );
    case "read":
      return <CheckReport report={answer.value} onAgain={again} onShowCalls={onShowCalls} />;
  }
}
