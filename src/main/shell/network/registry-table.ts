/** Where packages come from, as the person has set it in their environment: addresses, lists of them, or the names of what is private. */
export const registryVariables: readonly string[] =
  "npm_config_registry NPM_CONFIG_REGISTRY YARN_NPM_REGISTRY_SERVER PIP_INDEX_URL PIP_EXTRA_INDEX_URL UV_INDEX_URL UV_DEFAULT_INDEX UV_INDEX UV_EXTRA_INDEX_URL PDM_PYPI_URL GOPROXY GOSUMDB GOPRIVATE GONOPROXY GONOSUMDB RUSTUP_DIST_SERVER RUSTUP_UPDATE_ROOT NODEJS_ORG_MIRROR ELECTRON_MIRROR PLAYWRIGHT_DOWNLOAD_HOST PUPPETEER_DOWNLOAD_BASE_URL CYPRESS_DOWNLOAD_MIRROR".split(
    " ",
  );

/** Further ones by their form: cargo's registries have names of the person's. */
export const registryPattern = /^CARGO_REGISTRIES_[A-Z\d_]+_INDEX$/;

/** Files and folders of certificates that programs trust, which a proxy that opens TLS on the way needs. */
export const certificateVariables: readonly string[] =
  "NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR REQUESTS_CA_BUNDLE PIP_CERT CURL_CA_BUNDLE GIT_SSL_CAINFO CARGO_HTTP_CAINFO NIX_SSL_CERT_FILE".split(
    " ",
  );

/** A setting in a file of the person's home folder, "key = value" in a line of its own, and the variable that says the same. */
export interface FileSetting {
  readonly file: string;
  readonly key: RegExp;
  /** Takes what the key's first group has matched. */
  readonly variable: (name: string) => string;
}

const setting = (file: string, key: RegExp, variable: string): FileSetting => ({
  file,
  key,
  variable: () => variable,
});

/** Of these, nothing else is read: tokens and passwords have other keys. */
export const fileSettings: readonly FileSetting[] = [
  setting(".npmrc", /^registry$/, "npm_config_registry"),
  {
    file: ".npmrc",
    key: /^(@[\w.-]+:registry)$/,
    variable: (name) => `npm_config_${name}`,
  },
  ...[".config/pip/pip.conf", ".pip/pip.conf"].flatMap((file) => [
    setting(file, /^index-url$/, "PIP_INDEX_URL"),
    setting(file, /^extra-index-url$/, "PIP_EXTRA_INDEX_URL"),
  ]),
  ...["GOPROXY", "GOSUMDB", "GOPRIVATE", "GONOPROXY", "GONOSUMDB"].map((name) =>
    setting(".config/go/env", new RegExp(`^${name}$`), name),
  ),
];
