import type { ReactNode, RefObject } from "react";
import { ChevronDown } from "lucide-react";
import type { ToolItem } from "../../../shared/session-state.ts";
import { usePlatform } from "../actions/use-actions.ts";
import { formatShortcut } from "../actions/shortcut.ts";
import { useMessages } from "../messages/messages.tsx";
import { VisibleText } from "../text/visible-text.tsx";
import { Button } from "../ui/button.tsx";
import { Menu, MenuItem, MenuLabel } from "../ui/menu.tsx";
import { TextArea } from "../ui/text-area.tsx";
import type { ApprovalAnswer } from "./use-approval-answer.ts";

/** The chord of Allow, for a focused card. */
export const allowShortcut = "mod+enter";

interface AllowButtonsProps extends ApprovalAnswer {
  readonly item: ToolItem;
  readonly row: RefObject<HTMLDivElement | null>;
}

/** The ways to say yes. None of them has the focus or takes a bare Enter by itself. */
export function AllowButtons({ item, row, isAnswered, answer }: AllowButtonsProps) {
  const { conversation: words } = useMessages();
  const platform = usePlatform();
  const { approval } = item;
  const offers = approval?.command?.offers;
  const isDangerous = (approval?.command?.dangers.length ?? 0) > 0;
  return (
    <div ref={row} className="flex flex-wrap items-center gap-1 px-3 py-2">
      <Button
        variant={isDangerous ? "danger" : "primary"}
        aria-keyshortcuts={platform === "darwin" ? "Meta+Enter" : "Control+Enter"}
        disabled={isAnswered}
        onClick={() => {
          answer({ decision: "allow" });
        }}
      >
        {words.allow}
        <kbd className="font-sans text-meta" aria-hidden>
          {formatShortcut(allowShortcut, platform)}
        </kbd>
      </Button>
      {approval?.onlyOnce !== true && (
        <ForSession program={offers?.program ?? null} isAnswered={isAnswered} answer={answer} />
      )}
      {approval?.onlyOnce !== true && offers?.always === true && (
        <Always program={offers.program} isAnswered={isAnswered} answer={answer} />
      )}
    </div>
  );
}

interface ScopeProps extends ApprovalAnswer {
  /** The program that a yes may cover with any arguments; null: the exact command only. */
  readonly program: readonly string[] | null;
}

function ForSession({ program, isAnswered, answer }: ScopeProps) {
  const { conversation: words } = useMessages();
  if (program === null)
    return (
      <Button
        disabled={isAnswered}
        onClick={() => {
          answer({ decision: "allow-session" });
        }}
      >
        {words.allowSession}
      </Button>
    );
  return (
    <ScopeMenu label={words.allowSession} isAnswered={isAnswered}>
      <Scopes decision="allow-session" program={program} isAnswered={isAnswered} answer={answer} />
    </ScopeMenu>
  );
}

function Always({ program, isAnswered, answer }: ScopeProps) {
  const { approvals: words } = useMessages();
  return (
    <ScopeMenu label={words.always} isAnswered={isAnswered}>
      <Scopes decision="allow-always" program={program} isAnswered={isAnswered} answer={answer} />
      <MenuLabel>
        <span className="block max-w-80 font-normal whitespace-normal">{words.alwaysNote}</span>
      </MenuLabel>
    </ScopeMenu>
  );
}

interface ScopeMenuProps extends Pick<ScopeProps, "isAnswered"> {
  readonly label: string;
  readonly children: ReactNode;
}

/** A button that opens what a yes may cover. */
function ScopeMenu({ label, isAnswered, children }: ScopeMenuProps) {
  return (
    <Menu
      trigger={
        <Button
          disabled={isAnswered}
          after={<ChevronDown className="icon text-muted" aria-hidden />}
        >
          {label}
        </Button>
      }
    >
      {children}
    </Menu>
  );
}

interface ScopesProps extends ScopeProps {
  readonly decision: "allow-session" | "allow-always";
}

function Scopes({ decision, program, answer }: ScopesProps) {
  const { approvals: words } = useMessages();
  return (
    <>
      <MenuItem
        onSelect={() => {
          answer({ decision });
        }}
      >
        {words.exactly}
      </MenuItem>
      {program !== null && (
        <MenuItem
          onSelect={() => {
            answer({ decision, program: true });
          }}
        >
          <span className="font-mono text-code">
            <VisibleText text={program.join(" ")} />
          </span>{" "}
          {words.anyArguments}
        </MenuItem>
      )}
    </>
  );
}

interface DenyFormProps {
  readonly isAnswered: boolean;
  readonly instead: string;
  readonly onChange: (text: string) => void;
  readonly onDeny: () => void;
}

/** No, and what to do instead, which goes to the model. */
export function DenyForm({ isAnswered, instead, onChange, onDeny }: DenyFormProps) {
  const { conversation: words } = useMessages();
  return (
    <form
      className="flex items-end gap-1 border-t border-line px-3 py-2"
      onSubmit={(event) => {
        event.preventDefault();
        onDeny();
      }}
    >
      <div className="min-w-0 flex-1">
        <TextArea
          label={words.denyHint}
          labelHidden
          placeholder={words.denyPlaceholder}
          className="max-h-30"
          maxLength={10_000}
          value={instead}
          onChange={(event) => {
            onChange(event.target.value);
          }}
        />
      </div>
      <Button type="submit" disabled={isAnswered}>
        {words.deny}
      </Button>
    </form>
  );
}
