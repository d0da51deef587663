import { kindOfAddress } from "../../egress/address-rule.ts";

/** A host and a port, each in the one spelling that grants are compared in. */
export interface Authority {
  /** Lower case, no trailing dot, IPv6 in brackets. */
  readonly host: string;
  readonly port: number;
}

/**
 * The host in its one spelling, or null for what is no host name and no address in its plain spelling: octal, hexadecimal, one
 * number, mapped addresses written out, anything that programs could read in two ways, names outside ASCII (write them as DNS has them).
 */
export function canonicalHost(text: string): string | null {
  const lower = text.toLowerCase();
  const plain = lower.endsWith(".") ? lower.slice(0, -1) : lower;
  if (plain.length === 0 || plain.length > 253) return null;
  const isAddress = plain.startsWith("[") || kindOfAddress(plain) !== "not-an-address";
  if (isAddress && plain !== lower) return null;
  const hasForm = plain.startsWith("[")
    ? /^\[[\da-f:.]+\]$/.test(plain)
    : plain.split(".").every((label) => /^(?!-)[a-z\d_-]{1,63}(?<!-)$/.test(label));
  if (!hasForm || !URL.canParse(`http://${plain}`)) return null;
  return new URL(`http://${plain}`).hostname === plain ? plain : null;
}

/** Reads "host:port"; the port may be missing only where a usual one is given. Null for anything else, a name or password before it too. */
export function readAuthority(text: string, usualPort?: number): Authority | null {
  const [, name = "", digits] = /^(\[[^\]]*\]|[^:[\]@]*)(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = canonicalHost(name);
  const port = digits === undefined ? usualPort : Number(digits);
  if (host === null || port === undefined || port < 1 || port > 65_535) return null;
  return { host, port };
}

export const textOfAuthority = ({ host, port }: Authority): string => `${host}:${port}`;

/** Names of the machine itself. */
export const isLocalName = (host: string): boolean =>
  host === "localhost" || host === "127.0.0.1" || host === "[::1]";
