import type { JSX } from "react";
import { Tabs as Radix } from "radix-ui";
import { useApp, useServices } from "../app/services.tsx";
import type { SettingsPage } from "../app/app-state.ts";
import { useMessages } from "../messages/messages.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { AboutPage } from "./about-page.tsx";
import { AgentPage } from "./agent-page.tsx";
import { ApprovalsPage } from "./approvals-page.tsx";
import { BillingPage } from "./billing-page.tsx";
import { EndpointPage } from "./endpoint-page.tsx";
import { GeneralPage } from "./general-page.tsx";
import { HealthPage } from "./health-page.tsx";
import { KeyPage } from "./key-page.tsx";
import { QuickAskPage } from "./quick-ask-page.tsx";
import { StoragePage } from "./storage-page.tsx";

const pages: readonly { readonly id: SettingsPage; readonly view: () => JSX.Element | null }[] = [
  { id: "key", view: KeyPage },
  { id: "endpoint", view: EndpointPage },
  { id: "agent", view: AgentPage },
  { id: "approvals", view: ApprovalsPage },
  { id: "billing", view: BillingPage },
  { id: "general", view: GeneralPage },
  { id: "quickAsk", view: QuickAskPage },
  { id: "storage", view: StoragePage },
  { id: "health", view: HealthPage },
  { id: "about", view: AboutPage },
];

/** Everything a person can set, and what works on this computer. Changes count at once. */
export function SettingsDialog() {
  const messages = useMessages();
  const { commands, app } = useServices();
  const open = useApp((state) => state.overlay === "settings");
  const page = useApp((state) => state.settingsPage);
  return (
    <Dialog
      open={open}
      width="medium"
      title={messages.settings.title}
      onClose={() => {
        commands.showOverlay(null);
      }}
    >
      <Radix.Root
        orientation="vertical"
        value={page}
        onValueChange={(value) => {
          const next = pages.find((candidate) => candidate.id === value);
          if (next !== undefined) app.setState({ settingsPage: next.id });
        }}
        className="flex h-130 max-h-[calc(100vh-180px)] gap-6"
      >
        <Radix.List
          aria-label={messages.settings.title}
          className="-ml-2 flex w-36 shrink-0 flex-col gap-px"
        >
          {pages.map(({ id }) => (
            <Radix.Trigger
              key={id}
              value={id}
              className="h-7 rounded-control px-2 text-left text-ui text-secondary hover:bg-hover hover:text-primary data-[state=active]:bg-hover data-[state=active]:text-primary"
            >
              {messages.settings.pages[id]}
            </Radix.Trigger>
          ))}
        </Radix.List>
        {pages.map(({ id, view: View }) => (
          <Radix.Content
            key={id}
            value={id}
            className="-m-1 flex min-w-0 flex-1 flex-col gap-4 overflow-y-auto p-1"
          >
            <View />
          </Radix.Content>
        ))}
      </Radix.Root>
    </Dialog>
  );
}
