import { useState } from "react";
import { ArrowRight } from "lucide-react";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Button } from "../ui/button.tsx";
import { FirstPage } from "./first-page.tsx";
import { KeyForm } from "../key/key-form.tsx";

/** The first page: a key, or the demo without one. */
export function FirstRun() {
  const { firstRun, common } = useMessages();
  const { commands, attempt, app } = useServices();
  const hasKey = useApp((state) => state.key?.present === true);
  const hasKeychain = useApp((state) => state.key?.keychain.available === true);
  const [canGoBack] = useState(hasKey);
  return (
    <FirstPage
      title={firstRun.title}
      detail={hasKeychain ? `${firstRun.detail} ${firstRun.keyStays}` : firstRun.detail}
    >
      <KeyForm
        done={
          <Button
            variant="primary"
            className="self-start"
            // oxlint-disable-next-line jsx-a11y/no-autofocus -- it takes the place of the button that was just pressed
            autoFocus
            onClick={() => {
              attempt(commands.finishKey);
            }}
          >
            {firstRun.continue}
            <ArrowRight className="icon" aria-hidden />
          </Button>
        }
      />
      <div className="flex flex-col items-start gap-2 border-t border-line pt-5">
        <div className="flex gap-2">
          <Button
            onClick={() => {
              attempt(commands.openDemo);
            }}
          >
            {firstRun.demo}
          </Button>
          {canGoBack && (
            <Button
              variant="plain"
              onClick={() => {
                app.setState({ changingKey: false });
              }}
            >
              {common.back}
            </Button>
          )}
        </div>
        <p className="text-label text-muted">{firstRun.demoDetail}</p>
      </div>
    </FirstPage>
  );
}
