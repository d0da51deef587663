import { useEffect, useRef, useState, type KeyboardEvent } from "react";
import { usePlatform } from "../actions/use-actions.ts";
import { matchesShortcut } from "../actions/shortcut.ts";
import { folderName } from "../app/format.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { isInputMethodPress } from "../ui/input-method.ts";
import { Spinner } from "../ui/spinner.tsx";
import { Square, Zap } from "lucide-react";
import { ClipChip } from "./clip-chip.tsx";
import { promptWith } from "./clipboard-prompt.ts";
import { QuickAnswer } from "./quick-answer.tsx";
import { QuickFooter } from "./quick-footer.tsx";
import { useClip, type ClipState } from "./use-clip.ts";
import { useQuickQuestion, type QuickQuestion } from "./use-quick-question.ts";
import { useWantedHeight } from "./use-wanted-height.ts";

/** The small window: one question about the last project, answered with read-only tools. */
export function QuickAsk() {
  const { quickAsk } = useMessages();
  const project = useApp((state) => state.recent[0]?.path ?? null);
  const hasKey = useApp((state) => state.key?.present === true);
  const question = useQuickQuestion(project);
  const clip = useClip();
  const root = useRef<HTMLDivElement>(null);
  useWantedHeight(root);
  const missing = hasKey ? (project === null ? quickAsk.noProject : null) : quickAsk.noKey;
  return (
    <main
      ref={root}
      aria-label={quickAsk.title}
      className="flex h-screen flex-col overflow-hidden rounded-dialog border border-line bg-pane"
    >
      <QuestionRow project={project} disabled={missing !== null} question={question} clip={clip} />
      <QuickAnswer question={question} notice={missing ?? clip.failure ?? question.failure} />
      <QuickFooter project={project} question={question} />
    </main>
  );
}

interface QuestionRowProps {
  readonly project: string | null;
  readonly disabled: boolean;
  readonly question: QuickQuestion;
  readonly clip: ClipState;
}

function QuestionRow({ project, disabled, question, clip }: QuestionRowProps) {
  const { quickAsk } = useMessages();
  const [text, setText] = useState("");
  const input = useRef<HTMLInputElement>(null);
  const onKeyDown = useQuickKeys(question, (codeOnly) => {
    if (text.trim() === "" || disabled || question.busy) return;
    question.ask(promptWith(text.trim(), clip.clip?.text ?? null), codeOnly);
    clip.drop();
  });
  useFocusOnShow(input);
  return (
    <div data-part className="flex h-13 shrink-0 items-center gap-3 px-4">
      {question.busy ? (
        <Spinner className="text-accent" />
      ) : (
        <Zap className="icon text-muted" aria-hidden />
      )}
      <input
        ref={input}
        aria-label={quickAsk.question}
        placeholder={project === null ? "" : quickAsk.placeholder(folderName(project))}
        value={text}
        disabled={disabled}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
        }}
        onKeyDown={onKeyDown}
        className="selectable min-w-0 flex-1 bg-transparent text-[16px] text-primary outline-none"
      />
      {!disabled && !question.busy && <ClipChip state={clip} />}
      {question.busy && <IconButton icon={Square} label={quickAsk.stop} onClick={question.stop} />}
    </div>
  );
}

/** Enter asks, with ⌘/Ctrl for code only; ⌘/Ctrl+O promotes. An input method's Enter does none of it. */
function useQuickKeys(
  question: QuickQuestion,
  ask: (codeOnly: boolean) => void,
): (event: KeyboardEvent) => void {
  const platform = usePlatform();
  return (event) => {
    if (isInputMethodPress(event)) return;
    const codeOnly = matchesShortcut(event, "mod+enter", platform);
    if (codeOnly || (event.key === "Enter" && !event.metaKey && !event.ctrlKey)) {
      event.preventDefault();
      ask(codeOnly);
    } else if (matchesShortcut(event, "mod+o", platform)) {
      event.preventDefault();
      question.promote();
    }
  };
}

/** The window is hidden and shown, never built again: each showing starts in the field. Esc anywhere hides it. */
function useFocusOnShow(input: React.RefObject<HTMLInputElement | null>): void {
  const { client, attempt } = useServices();
  useEffect(() => {
    const focus = (): void => {
      input.current?.focus();
      input.current?.select();
    };
    const hide = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== "Escape" || event.isComposing) return;
      event.preventDefault();
      attempt(() => client("quick.hide", {}));
    };
    focus();
    window.addEventListener("focus", focus);
    window.addEventListener("keydown", hide);
    return () => {
      window.removeEventListener("focus", focus);
      window.removeEventListener("keydown", hide);
    };
  }, [attempt, client, input]);
}
