import { Download, X } from "lucide-react";
import type { UsageExportFormat, UsageFilter } from "../../../shared/usage-panel.ts";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Badge } from "../ui/badge.tsx";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu, MenuItem } from "../ui/menu.tsx";
import { Select } from "../ui/select.tsx";
import { Toolbar } from "../ui/toolbar.tsx";
import { periods, scopes, type Choice } from "./usage-scope.ts";

/** What the panel shows: this ledger's figures, or them beside the provider's. */
export type PanelView = "figures" | "check";
const views = ["figures", "check"] as const satisfies readonly PanelView[];

export interface PanelHeaderProps {
  readonly view: PanelView;
  readonly onView: (view: PanelView) => void;
  readonly choice: Choice;
  /** What an export holds: what is shown. */
  readonly filter: UsageFilter;
  readonly isLive: boolean;
  readonly hasSession: boolean;
  readonly onChoose: (choice: Choice) => void;
}

/** Of what and when, and what can be done with it. */
export function PanelHeader(props: PanelHeaderProps) {
  const { view, filter, isLive } = props;
  const { usage: words } = useMessages();
  const { commands } = useServices();
  return (
    <header className="flex h-10 shrink-0 items-center gap-1 border-b border-line pr-1.5 pl-4">
      <h2 className="mr-2 text-ui font-medium">{words.title}</h2>
      <ViewSwitch {...props} />
      {view === "figures" && <Choices {...props} />}
      {isLive && view === "figures" && (
        <Badge tone="accent" title={words.liveDetail}>
          {words.live}
        </Badge>
      )}
      <span className="flex-1" />
      {view === "figures" && <ExportMenu filter={filter} />}
      <IconButton
        icon={X}
        label={words.close}
        onClick={() => {
          commands.toggleUsage(false);
        }}
      />
    </header>
  );
}

/** This ledger's figures, or the check of them. */
function ViewSwitch({ view, onView }: Pick<PanelHeaderProps, "view" | "onView">) {
  const { billing: words } = useMessages();
  return (
    <Toolbar label={words.views} className="mr-2">
      {views.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={one === view}
          onClick={() => {
            onView(one);
          }}
          className="h-7 rounded-control px-2 text-label text-secondary hover:bg-hover hover:text-primary aria-pressed:bg-hover aria-pressed:text-primary"
        >
          {words[one]}
        </button>
      ))}
    </Toolbar>
  );
}

function Choices({
  choice,
  hasSession,
  onChoose,
}: Pick<PanelHeaderProps, "choice" | "hasSession" | "onChoose">) {
  const { usage: words } = useMessages();
  return (
    <>
      <Select
        look="bar"
        label={words.scope}
        value={choice.scope}
        options={scopes.map((scope) => ({
          value: scope,
          label: words.scopes[scope],
          disabled: scope === "session" && !hasSession,
        }))}
        onChange={(scope) => {
          onChoose({ ...choice, scope });
        }}
      />
      <Select
        look="bar"
        label={words.period}
        value={choice.period}
        options={periods.map((period) => ({ value: period, label: words.periods[period] }))}
        onChange={(period) => {
          onChoose({ ...choice, period });
        }}
      />
    </>
  );
}

const formats = ["csv", "json"] as const satisfies readonly UsageExportFormat[];

function ExportMenu({ filter }: { readonly filter: UsageFilter }) {
  const { usage: words } = useMessages();
  const { client, attempt, toasts } = useServices();
  return (
    <Menu
      align="end"
      trigger={
        <Button variant="plain" icon={Download}>
          {words.export}
        </Button>
      }
    >
      {formats.map((format) => (
        <MenuItem
          key={format}
          onSelect={() => {
            attempt(async () => {
              const saved = await client("usage.export", { filter, format });
              if (saved !== null) toasts.show(words.exported(saved.calls, saved.path));
            });
          }}
        >
          {words.exportAs[format]}
        </MenuItem>
      ))}
    </Menu>
  );
}
