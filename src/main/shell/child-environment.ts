/** Names a command may see. Everything else stays out: keys, tokens, agent sockets, and what steers Electron, Node or npm. */
const allowed = new Set(
  [
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TMPDIR TEMP TMP",
    "XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME XDG_RUNTIME_DIR",
    "JAVA_HOME GOPATH GOROOT CARGO_HOME RUSTUP_HOME NVM_DIR PNPM_HOME VOLTA_HOME PYENV_ROOT",
    "ANDROID_HOME SDKROOT DEVELOPER_DIR DOTNET_ROOT SSL_CERT_FILE SSL_CERT_DIR NODE_EXTRA_CA_CERTS",
    "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY",
    "SYSTEMROOT WINDIR COMSPEC PATHEXT SYSTEMDRIVE USERPROFILE USERNAME APPDATA LOCALAPPDATA PUBLIC",
    "PROGRAMFILES PROGRAMFILES(X86) PROGRAMW6432 PROGRAMDATA HOMEDRIVE HOMEPATH OS",
    "NUMBER_OF_PROCESSORS PROCESSOR_ARCHITECTURE",
  ]
    .join(" ")
    .split(" "),
);

/** `https://name:password@host`, as proxies carry it, and what looks like a provider's key. */
const secretValue = /:\/\/[^/\s]*@|\bsk-(?=[\w-]*\d)[\w-]{12,}/;

/** Whether a variable's value looks like a secret: then no child process is given it. */
export const isSecretValue = (value: string): boolean => secretValue.test(value);

/** The environment of a child process: the allow-list, and settings that keep programs from asking, paging or colouring. */
export function childEnvironment(
  from: Readonly<Record<string, string | undefined>>,
  extra: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(from)) {
    const upper = name.toUpperCase();
    if (value === undefined || secretValue.test(value)) continue;
    if (allowed.has(upper) || upper.startsWith("LC_")) kept[name] = value;
  }
  return {
    ...kept,
    TERM: "dumb",
    NO_COLOR: "1",
    PAGER: "cat",
    GIT_PAGER: "cat",
    GIT_TERMINAL_PROMPT: "0",
    ...extra,
  };
}
