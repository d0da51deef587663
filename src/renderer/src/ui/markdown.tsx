import { memo, type ReactNode } from "react";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";

export interface MarkdownProps {
  readonly text: string;
  /** A link was pressed. Nothing is opened by the page itself. */
  readonly onLink: (url: string) => void;
}

const plugins = [remarkGfm];

/** Markdown as the model writes it, while it streams: no HTML, no images from elsewhere, links by the given function only. */
export const Markdown = memo(function Markdown({ text, onLink }: MarkdownProps) {
  return (
    <div className="prose-text selectable">
      <ReactMarkdown remarkPlugins={plugins} components={componentsFor(onLink)}>
        {text}
      </ReactMarkdown>
    </div>
  );
});

const componentsFor = (onLink: (url: string) => void): Components => ({
  a: ({ href, children }) => (
    <Link url={href ?? ""} onLink={onLink}>
      {children}
    </Link>
  ),
  img: ({ alt }) => <span>{alt}</span>,
  table: ({ children }) => (
    <div className="prose-table">
      <table>{children}</table>
    </div>
  ),
});

function Link({
  url,
  onLink,
  children,
}: {
  readonly url: string;
  readonly onLink: (url: string) => void;
  readonly children: ReactNode;
}) {
  return (
    <a
      href={url}
      title={url}
      onClick={(event) => {
        event.preventDefault();
        onLink(url);
      }}
    >
      {children}
    </a>
  );
}
