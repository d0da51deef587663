import { useCallback, useEffect, useRef, useState } from "react";
import { steeringKindSchema, type SteeringItem, type TrustReport } from "../../../shared/trust.ts";
import { useServices } from "../app/services.tsx";
import { useAnswer } from "../app/use-answer.ts";
import { useMessages } from "../messages/messages.tsx";
import { PathText } from "../text/path-text.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";

export interface TrustDialogProps {
  readonly workspace: string;
  readonly report: TrustReport;
  readonly onReport: (report: TrustReport) => void;
  readonly onClose: () => void;
}

/** Everything in the project that could run code or steer the agent: what it may do, what is in it, and the person's word on it. */
export function TrustDialog({ workspace, report, onReport, onClose }: TrustDialogProps) {
  const { trust: words } = useMessages();
  const { client, attempt } = useServices();
  const [path, setPath] = useState(report.items[0]?.path ?? null);
  const shown = report.items.find((item) => item.path === path);
  const accept = (items: readonly Pick<SteeringItem, "path" | "hash">[]): void => {
    const named = items.map(({ path: of, hash }) => ({ path: of, hash }));
    attempt(async () => {
      onReport(await client("trust.accept", { workspace, items: named }));
    });
  };
  return (
    <Dialog open onClose={onClose} width="large" title={words.title} description={words.intro}>
      {report.warning !== null && (
        <p className="selectable pb-2 text-label text-needs wrap-anywhere">{report.warning}</p>
      )}
      {!report.complete && <p className="pb-2 text-label text-needs">{words.incomplete}</p>}
      {report.items.length === 0 ? (
        <p className="text-ui text-secondary">{words.none}</p>
      ) : (
        <div className="flex h-[min(56vh,520px)] gap-3">
          <ItemList items={report.items} path={path} onShow={setPath} onAccept={accept} />
          {shown !== undefined && (
            <Content
              key={`${shown.path} ${shown.hash}`}
              workspace={workspace}
              item={shown}
              onAccept={(hash) => {
                accept([{ path: shown.path, hash }]);
              }}
              onWithdraw={() => {
                attempt(async () => {
                  onReport(await client("trust.withdraw", { workspace, paths: [shown.path] }));
                });
              }}
            />
          )}
        </div>
      )}
    </Dialog>
  );
}

interface ItemListProps {
  readonly items: readonly SteeringItem[];
  /** The one that is shown. */
  readonly path: string | null;
  readonly onShow: (path: string) => void;
  readonly onAccept: (items: readonly SteeringItem[]) => void;
}

/** By kind, each with what it may do. */
function ItemList({ items, path, onShow, onAccept }: ItemListProps) {
  const { trust: words } = useMessages();
  const byKind = Map.groupBy(items, ({ kind }) => kind);
  return (
    <section
      aria-label={words.list}
      className="w-90 shrink-0 overflow-y-auto rounded-card border border-line p-1"
    >
      {steeringKindSchema.options.map((kind) => {
        const own = byKind.get(kind) ?? [];
        const off = own.filter(({ state }) => state !== "accepted");
        if (own.length === 0) return null;
        return (
          <section key={kind} aria-label={words.kinds[kind].name} className="pb-2">
            <header className="px-2 pt-1 pb-1">
              <div className="-mr-1 flex min-h-7 items-center">
                <h3 className="min-w-0 flex-1 text-ui font-medium text-primary">
                  {words.kinds[kind].name}
                </h3>
                {off.length > 1 && (
                  <Button
                    variant="plain"
                    onClick={() => {
                      onAccept(off);
                    }}
                  >
                    {words.acceptAll(off.length)}
                  </Button>
                )}
              </div>
              <p className="text-label text-pretty text-secondary">{words.kinds[kind].reason}</p>
            </header>
            <ul>
              {own.map((item) => (
                <li key={item.path}>
                  <Row item={item} isShown={item.path === path} onShow={onShow} />
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </section>
  );
}

interface RowProps {
  readonly item: SteeringItem;
  readonly isShown: boolean;
  readonly onShow: (path: string) => void;
}

function Row({ item, isShown, onShow }: RowProps) {
  return (
    <button
      type="button"
      aria-current={isShown}
      onClick={() => {
        onShow(item.path);
      }}
      className="flex h-7 w-full min-w-0 items-center gap-2 rounded-control px-2 text-left hover:bg-hover aria-[current=true]:bg-hover"
    >
      <PathText path={item.path} look={item.state === "accepted" ? "quiet" : "plain"} />
      <span className="ml-auto shrink-0">
        <State state={item.state} />
      </span>
    </button>
  );
}

function State({ state }: Pick<SteeringItem, "state">) {
  const { trust: words } = useMessages();
  // Most are off: that is said quietly, so that what differs is seen.
  if (state === "off") return <span className="text-label text-muted">{words.states.off}</span>;
  return <Badge tone={state === "changed" ? "needs" : "ok"}>{words.states[state]}</Badge>;
}

interface ContentProps {
  readonly workspace: string;
  readonly item: SteeringItem;
  /** Told the hash of what was shown, which need not be what lies there by now. */
  readonly onAccept: (hash: string) => void;
  readonly onWithdraw: () => void;
}

/** What of it steers, with nothing hidden in it, and the person's word on just that. */
function Content({ workspace, item, onAccept, onWithdraw }: ContentProps) {
  const { trust: words } = useMessages();
  const { client } = useServices();
  const ask = useCallback(
    () => client("trust.content", { workspace, path: item.path }),
    [client, workspace, item.path],
  );
  const { value, failure } = useAnswer(ask);
  const isArmed = useArmed(value !== null);
  return (
    <section
      aria-label={words.content}
      className="flex min-w-0 flex-1 flex-col rounded-card border border-line"
    >
      <header className="flex min-h-10 items-center gap-2 border-b border-line py-1 pr-1.5 pl-3">
        <PathText path={item.path} />
        <span className="ml-auto flex shrink-0 gap-1">
          {item.state === "accepted" ? (
            <Button onClick={onWithdraw}>{words.withdraw}</Button>
          ) : (
            <Button
              disabled={value === null}
              onClick={() => {
                if (value !== null && isArmed()) onAccept(value.hash);
              }}
            >
              {words.accept}
            </Button>
          )}
        </span>
      </header>
      {failure !== null && <p className="px-3 py-2 text-ui text-failed">{failure}</p>}
      <pre className="selectable min-h-0 flex-1 overflow-y-auto px-3 py-2 font-mono text-code text-primary wrap-anywhere whitespace-pre-wrap">
        <VisibleText text={value?.text ?? ""} multiline />
      </pre>
      {value?.isCut === true && <p className="px-3 pb-2 text-meta text-muted">{words.cut}</p>}
    </section>
  );
}

/** Content that has just come under the pointer takes no word for this long. */
const inertMs = 300;

/** Whether what is shown has been there long enough to be read, at the moment of asking. */
function useArmed(isShown: boolean): () => boolean {
  const isArmed = useRef(false);
  useEffect(() => {
    if (!isShown) return;
    const timer = setTimeout(() => {
      isArmed.current = true;
    }, inertMs);
    return () => {
      clearTimeout(timer);
    };
  }, [isShown]);
  return () => isArmed.current;
}
