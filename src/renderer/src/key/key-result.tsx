import { CircleCheck, CircleX, WifiOff } from "lucide-react";
import type { KeyCheck } from "../../../shared/app.ts";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { FirstLimit, LimitOfKey } from "./first-limit.tsx";
import { regionName } from "./regions.ts";

const looks = {
  accepted: { icon: CircleCheck, tone: "text-ok" },
  rejected: { icon: CircleX, tone: "text-muted" },
  unreachable: { icon: WifiOff, tone: "text-muted" },
} as const;

export interface KeyResultProps {
  readonly check: KeyCheck;
  /** Only looked for: nothing was to be kept. */
  readonly isSearch?: boolean;
  /** Asks every region where only one was asked; without it that is not offered. */
  readonly onTryAll?: (() => void) | undefined;
}

/** What each host answered, and what to do when none took the key. */
export function KeyResult({ check, isSearch = false, onTryAll }: KeyResultProps) {
  const messages = useMessages();
  // Where one took the key, that others did not is no trouble: a key works in one region only.
  const others = check.region === null ? [] : check.hosts.filter(isRejected);
  const told = check.hosts.filter((host) => !others.includes(host));
  return (
    <output className="flex flex-col gap-3">
      <ul className="flex flex-col">
        {told.map((host) => (
          <HostRow key={`${host.region} ${host.host}`} host={host} check={check} />
        ))}
        {others.length > 0 && (
          <li className="pl-6 text-label text-muted">
            {messages.firstRun.notOf(others.map(({ region }) => regionName(region, messages)))}
          </li>
        )}
      </ul>
      {check.region === null ? (
        <NotAccepted check={check} onTryAll={onTryAll} />
      ) : (
        !isSearch && <p className="text-label text-secondary">{keptLine(check, messages)}</p>
      )}
      {check.dayBudgetSet === null ? (
        check.kept !== null && <LimitOfKey />
      ) : (
        <FirstLimit set={check.dayBudgetSet} />
      )}
    </output>
  );
}

const isRejected = ({ status }: KeyCheck["hosts"][number]): boolean => status === "rejected";

function HostRow({
  host,
  check,
}: {
  readonly host: KeyCheck["hosts"][number];
  readonly check: KeyCheck;
}) {
  const messages = useMessages();
  const { icon: Icon, tone } = looks[host.status];
  const name = regionName(host.region, messages);
  const isChosen = host.status === "accepted" && host.region === check.region;
  const detail = isChosen
    ? check.model === null
      ? messages.firstRun.noModel
      : messages.firstRun.using(check.model)
    : host.status === "accepted"
      ? ""
      : messages.firstRun[host.status];
  return (
    <li className="flex min-h-7 items-center gap-2 text-ui" title={host.message ?? host.host}>
      <Icon className={`icon ${tone}`} aria-hidden />
      <span className={host.status === "accepted" ? "text-primary" : "text-secondary"}>
        {host.status === "accepted" ? messages.firstRun.accepted(name, host.models) : name}
        {detail !== "" && <span className="text-secondary"> · {detail}</span>}
      </span>
    </li>
  );
}

function NotAccepted({ check, onTryAll }: Pick<KeyResultProps, "check" | "onTryAll">) {
  const messages = useMessages();
  const { firstRun } = messages;
  const [only] = check.hosts.length === 1 ? check.hosts : [];
  if (check.hosts.every((host) => host.status === "unreachable"))
    return <p className="text-ui text-failed">{firstRun.unreachableAll}</p>;
  return (
    <div className="flex flex-col gap-1.5 rounded-card border border-line bg-card p-3">
      <p className="text-ui font-medium text-failed">
        {only === undefined
          ? firstRun.rejectedByAll
          : firstRun.rejectedBy(regionName(only.region, messages))}
      </p>
      <ul className="ml-4 flex list-disc flex-col gap-0.5 text-ui text-secondary">
        <li>{firstRun.rejectedCopied}</li>
        <li>{firstRun.rejectedRevoked}</li>
        <li>{firstRun.rejectedWorkspace}</li>
        {onTryAll !== undefined && <li>{firstRun.rejectedElsewhere}</li>}
      </ul>
      {onTryAll !== undefined && (
        <Button className="self-start" onClick={onTryAll}>
          {firstRun.tryAll}
        </Button>
      )}
    </div>
  );
}

function keptLine(check: KeyCheck, { firstRun }: ReturnType<typeof useMessages>): string {
  if (check.kept === "keychain") return firstRun.keptInKeychain;
  if (check.kept === "memory") return firstRun.keptInMemory;
  if (check.kept === "none") return firstRun.keyNotNeeded;
  return firstRun.notKept(check.keptReason ?? "");
}
