import { Dialog as Radix } from "radix-ui";
import { Command } from "cmdk";
import { useStore } from "zustand";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { returnFocus } from "../ui/return-focus.ts";
import { shortcutOf, type Action } from "./registry.ts";
import { formatShortcut } from "./shortcut.ts";
import { usePlatform } from "./use-actions.ts";

/** Every enabled action and every session by name, found as one types. */
export function Palette() {
  const open = useApp((state) => state.overlay === "palette");
  const { commands } = useServices();
  const messages = useMessages();
  return (
    <Radix.Root
      open={open}
      onOpenChange={(next) => {
        if (!next) commands.showOverlay(null);
      }}
    >
      <Radix.Portal>
        <Radix.Content
          aria-describedby={undefined}
          onCloseAutoFocus={returnFocus}
          className="appear fixed top-24 left-1/2 z-50 w-140 max-w-[calc(100vw-48px)] -translate-x-1/2 overflow-hidden rounded-dialog border border-line bg-pane shadow-overlay outline-none"
        >
          <Radix.Title className="sr-only">{messages.actions.paletteTitle}</Radix.Title>
          <PaletteList />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

const groupClass =
  "p-1 [&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-1.5 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-meta [&_[cmdk-group-heading]]:font-medium [&_[cmdk-group-heading]]:text-muted";
const rowClass =
  "flex h-7 items-center gap-2 rounded-control px-2 text-ui text-primary data-[selected=true]:bg-hover";

function PaletteList() {
  const services = useServices();
  const messages = useMessages();
  const actions = useStore(services.actions.store, (state) => state.actions);
  const summaries = useApp((state) => state.summaries);
  const close = (): void => {
    services.commands.showOverlay(null);
  };
  return (
    <Command label={messages.actions.paletteTitle} loop>
      <Command.Input
        placeholder={messages.actions.paletteSearch}
        className="selectable h-11 w-full border-b border-line bg-transparent px-4 text-prose text-primary outline-none"
      />
      <Command.List className="max-h-90 overflow-y-auto">
        <Command.Empty className="px-4 py-6 text-center text-ui text-secondary">
          {messages.actions.paletteEmpty}
        </Command.Empty>
        <Command.Group heading={messages.actions.paletteTitle} className={groupClass}>
          {actions
            .filter((action) => action.hidden !== true && action.isEnabled(services))
            .map((action) => (
              <PaletteAction key={action.id} action={action} onDone={close} />
            ))}
        </Command.Group>
        {summaries.length > 0 && (
          <Command.Group heading={messages.app.sessions} className={groupClass}>
            {summaries.map((summary) => (
              <Command.Item
                key={summary.sessionId}
                value={`${summary.title} ${summary.sessionId}`}
                onSelect={() => {
                  close();
                  services.attempt(() => services.commands.showSession(summary.sessionId));
                }}
                className={rowClass}
              >
                <span className="truncate">{summary.title || messages.app.untitled}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
      </Command.List>
    </Command>
  );
}

function PaletteAction({
  action,
  onDone,
}: {
  readonly action: Action;
  readonly onDone: () => void;
}) {
  const services = useServices();
  const messages = useMessages();
  const platform = usePlatform();
  const shortcut = shortcutOf(action, platform);
  const Icon = action.icon;
  return (
    <Command.Item
      value={`${action.label(messages)} ${action.id}`}
      onSelect={() => {
        onDone();
        action.perform(services);
      }}
      className={rowClass}
    >
      {Icon === undefined ? (
        <span className="w-4" />
      ) : (
        <Icon className="icon text-secondary" aria-hidden />
      )}
      <span className="min-w-0 flex-1 truncate">{action.label(messages)}</span>
      {shortcut !== undefined && <Kbd>{formatShortcut(shortcut, platform)}</Kbd>}
    </Command.Item>
  );
}
