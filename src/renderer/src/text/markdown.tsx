import { memo, useContext, type ComponentProps, type MouseEvent, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import { useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { CodeBlock } from "./code-block.tsx";
import { FileLinks, parseFilePlace } from "./file-links.ts";
import { PlainWhenBroken } from "./plain-when-broken.tsx";
import { splitMarkdown } from "./split-markdown.ts";
import { visibleString } from "./visible-characters.ts";

export interface MarkdownProps {
  readonly text: string;
  /** More text will come: only the last block is parsed again. */
  readonly isStreaming?: boolean;
}

/** A model's text. No HTML of its own, no images fetched, links that show where they really lead. */
export const Markdown = memo(function Markdown({ text, isStreaming = false }: MarkdownProps) {
  const blocks = isStreaming ? splitMarkdown(text) : [text];
  return (
    <div className="prose-text selectable text-prose">
      {blocks.map((block, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- blocks only grow at the end
        <Block key={index} text={block} />
      ))}
    </div>
  );
});

const plugins = [remarkGfm];

const Block = memo(function Block({ text }: { readonly text: string }) {
  return (
    <PlainWhenBroken text={text}>
      <ReactMarkdown remarkPlugins={plugins} components={components}>
        {text}
      </ReactMarkdown>
    </PlainWhenBroken>
  );
});

const components: Components = {
  a: ({ href, children }) => <Link href={href ?? ""}>{children}</Link>,
  img: ({ src, alt }) => <ImageLink src={typeof src === "string" ? src : ""} alt={alt ?? ""} />,
  pre: ({ children }) => <Fenced>{children}</Fenced>,
  code: ({ children }) => <InlineCode>{children}</InlineCode>,
  table: ({ children }) => (
    <div className="prose-table">
      <table>{children}</table>
    </div>
  ),
  input: ({ checked }) => <TaskBox isDone={checked === true} />,
};

function TaskBox({ isDone }: { readonly isDone: boolean }) {
  const { conversation: words } = useMessages();
  return (
    <input
      type="checkbox"
      aria-label={isDone ? words.planDone : words.planOpen}
      checked={isDone}
      readOnly
      disabled
    />
  );
}

/** The address a link leads to, in the form that a browser uses; null when it is none that may be opened. */
function targetOf(href: string): URL | null {
  const url = URL.parse(href);
  return url !== null && ["https:", "http:", "mailto:"].includes(url.protocol) ? url : null;
}

/** Opens outside, through main. Where the words do not name the address, the address stands behind them. */
function Link({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const { client, attempt } = useServices();
  const url = targetOf(href);
  if (url === null) return <span>{children}</span>;
  const place = url.host === "" ? url.pathname : url.host;
  const open = (event: MouseEvent): void => {
    event.preventDefault();
    if (event.type === "click" || event.button === 1)
      attempt(() => client("app.openLink", { url: url.href }));
  };
  const isNamed =
    typeof children === "string" && children.replace(/\/$/, "") === url.href.replace(/\/$/, "");
  return (
    <a
      href={url.href}
      title={visibleString(url.href)}
      rel="noreferrer"
      onClick={open}
      onAuxClick={open}
    >
      {children}
      {!isNamed && <span className="link-place ml-1">({place})</span>}
    </a>
  );
}

/** Code within a line; where it names a line of a file, a press shows that. */
function InlineCode({ children }: { readonly children: ReactNode }) {
  const { conversation: words } = useMessages();
  const show = useContext(FileLinks);
  const place = typeof children === "string" ? parseFilePlace(children) : null;
  if (show === null || place === null) return <code>{children}</code>;
  return (
    <button
      type="button"
      className="file-link"
      title={words.previewFile}
      onClick={() => {
        show(place);
      }}
    >
      <code>{children}</code>
    </button>
  );
}

function ImageLink({ src, alt }: { readonly src: string; readonly alt: string }) {
  const messages = useMessages();
  return <Link href={src}>{alt === "" ? messages.conversation.image : alt}</Link>;
}

function Fenced({ children }: { readonly children: ReactNode }) {
  const { text, language } = codeOf(children);
  return <CodeBlock text={text} language={language} />;
}

type CodeProps = ComponentProps<"code">;

function codeOf(children: ReactNode): { readonly text: string; readonly language: string } {
  const first: unknown = Array.isArray(children) ? children[0] : children;
  const props = isElement(first) ? first.props : {};
  const text = typeof props.children === "string" ? props.children : "";
  const language = /language-(\S+)/.exec(props.className ?? "")?.[1] ?? "";
  return { text: text.replace(/\n$/, ""), language };
}

const isElement = (value: unknown): value is { readonly props: CodeProps } =>
  typeof value === "object" && value !== null && "props" in value;
