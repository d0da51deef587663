import { isLocalName, textOfAuthority, type Authority } from "./authority.ts";

/** The proxy that the person's own environment names. Its name and password stay in Belay. */
export interface OwnProxy {
  readonly isSecure: boolean;
  readonly host: string;
  readonly port: number;
  /** The whole value of proxy-authorization; null without one. */
  readonly authorization: string | null;
}

/** Which proxy leads to a place; null for none. Throws for a proxy of a kind that is not spoken here: nothing goes round it. */
export type FindOwnProxy = (authority: Authority, scheme: "http" | "https") => OwnProxy | null;

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY as curl does: in lower case first. */
export function ownProxies(environment: Environment): FindOwnProxy {
  const read = (name: string): string | undefined =>
    [environment[name.toLowerCase()], environment[name]].find(
      (value) => value !== undefined && value !== "",
    );
  const spared = (read("NO_PROXY") ?? "").split(/[\s,]+/).filter((part) => part !== "");
  return (authority, scheme) => {
    const named = read(scheme === "https" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? read("ALL_PROXY");
    if (named === undefined || isLocalName(authority.host)) return null;
    return spared.some((part) => isSpared(authority, part)) ? null : parse(named);
  };
}

function parse(text: string): OwnProxy {
  const full = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(full) ? new URL(full) : null;
  if (url === null || !["http:", "https:"].includes(url.protocol))
    throw new Error("The proxy in Belay's environment is not an http or https one.");
  const isSecure = url.protocol === "https:";
  const { username, password } = url;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return {
    isSecure,
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: url.port === "" ? (isSecure ? 443 : 80) : Number(url.port),
    authorization:
      username === "" && password === ""
        ? null
        : `Basic ${Buffer.from(pair, "utf8").toString("base64")}`,
  };
}

/** "*", "host" (and every name below it), ".host", "host:port". */
function isSpared(authority: Authority, part: string): boolean {
  if (part === "*") return true;
  const wanted = part.toLowerCase().replace(/^\*?\./, "");
  const { host } = authority;
  return [host, textOfAuthority(authority)].some(
    (text) => text === wanted || text.endsWith(`.${wanted}`),
  );
}
