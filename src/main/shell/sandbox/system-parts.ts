import { lstatSync, readlinkSync, statSync } from "node:fs";

/** A folder or file of the system, read only; or the link that stands for it. */
export interface SystemPart {
  readonly path: string;
  /** Where the link leads; null for a folder or file. */
  readonly link: string | null;
  /** Commands see a copy of it: see `assembleEtc`. */
  readonly isFile: boolean;
}

const folders = "/usr /bin /sbin /lib /lib32 /lib64 /libx32 /nix/store /gnu/store".split(" ");

/** Of /etc only what programs need to run. Keys, the machine's id, mail, cron and who else is here stay out. */
const files = `
  /etc/ld.so.cache /etc/ld.so.conf /etc/ld.so.conf.d /etc/alternatives /etc/localtime /etc/timezone /etc/os-release /etc/lsb-release
  /etc/debian_version /etc/redhat-release /etc/system-release /etc/alpine-release /etc/arch-release /etc/mime.types /etc/services
  /etc/protocols /etc/host.conf /etc/gai.conf /etc/locale.conf /etc/magic /etc/inputrc /etc/manpath.config
  /etc/ssl/certs /etc/ssl/openssl.cnf /etc/ssl/cert.pem /etc/ca-certificates /etc/ca-certificates.conf /etc/pki/tls/certs
  /etc/pki/tls/cert.pem /etc/pki/tls/openssl.cnf /etc/pki/ca-trust/extracted /etc/crypto-policies /etc/fonts /etc/perl /etc/python3
  /etc/java /etc/java-8-openjdk /etc/java-11-openjdk /etc/java-17-openjdk /etc/java-21-openjdk /etc/java-25-openjdk /etc/dotnet
  /etc/php /etc/lua /etc/emacs /etc/vim /etc/terminfo /etc/xml /etc/sgml /sys/devices/system/cpu`
  .trim()
  .split(/\s+/);

/** What of the system's runtime is here. */
export function findSystemParts(): readonly SystemPart[] {
  return [
    ...folders.flatMap((path) => folderPart(path)),
    ...files.flatMap((path) => {
      const found = statSync(path, { throwIfNoEntry: false });
      return found === undefined ? [] : [{ path, link: null, isFile: found.isFile() }];
    }),
  ];
}

function folderPart(path: string): SystemPart[] {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return [];
  return [{ path, link: found.isSymbolicLink() ? readlinkSync(path) : null, isFile: false }];
}
