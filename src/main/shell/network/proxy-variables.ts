/** The port of the sandbox's own loopback that the proxy is found at inside. Outside of the range that systems hand out. */
export const proxyPort = 61_080;

const address = `http://127.0.0.1:${proxyPort}`;
/** A command's own servers are reached straight. */
const spared = "localhost,127.0.0.1,::1";
const java = `-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=${proxyPort} -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=${proxyPort} -Dhttp.nonProxyHosts=localhost|127.*|[::1]`;

/** How programs are told of the proxy. Those that ask no variable have no network. */
export const proxyVariables: Readonly<Record<string, string>> = {
  http_proxy: address,
  https_proxy: address,
  all_proxy: address,
  no_proxy: spared,
  HTTP_PROXY: address,
  HTTPS_PROXY: address,
  ALL_PROXY: address,
  NO_PROXY: spared,
  // Node's own fetch and http, from 22.21 and 24 on.
  NODE_USE_ENV_PROXY: "1",
  npm_config_proxy: address,
  npm_config_https_proxy: address,
  npm_config_noproxy: spared,
  YARN_HTTP_PROXY: address,
  YARN_HTTPS_PROXY: address,
  ELECTRON_GET_USE_PROXY: "1",
  GLOBAL_AGENT_HTTP_PROXY: address,
  GLOBAL_AGENT_HTTPS_PROXY: address,
  GLOBAL_AGENT_NO_PROXY: spared,
  CARGO_HTTP_PROXY: address,
  PIP_PROXY: address,
  // Nobody reads what they would say about newer versions of themselves.
  npm_config_update_notifier: "false",
  NO_UPDATE_NOTIFIER: "1",
  PIP_DISABLE_PIP_VERSION_CHECK: "1",
  MAVEN_OPTS: java,
  GRADLE_OPTS: java,
};
