import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  registrySettings,
  withoutSecrets,
} from "../../../../src/main/shell/network/registry-settings.ts";
import { createTemporaryFolder } from "../../../support/temporary-folder.ts";

const secret = "s3cret0123456789abcdef";

describe("registrySettings", () => {
  it("takes registries from files and the environment, and nothing that opens them", () => {
    using folder = createTemporaryFolder();
    const put = (path: string, ...lines: readonly string[]): void => {
      mkdirSync(dirname(join(folder.path, path)), { recursive: true });
      writeFileSync(join(folder.path, path), lines.join("\n"));
    };
    put(
      ".npmrc",
      `registry=https://me:${secret}@npm.corp.example/npm/`,
      "@corp:registry = 'https://npm.corp.example/own/'",
      `//npm.corp.example/:_authToken=${secret}`,
      `_auth=${secret}`,
      `@other:registry=https://npm.corp.example/?token=${secret}`,
    );
    put(
      ".config/pip/pip.conf",
      "[global]",
      "index-url = https://pip.corp.example/simple",
      `password = ${secret}`,
      `extra-index-url = https://pip.corp.example/${secret}/simple`,
    );
    put(".config/go/env", "GOPROXY=https://go.corp.example,direct", `GOFLAGS=-x=${secret}`);
    const settings = registrySettings({
      home: folder.path,
      environment: {
        GOPROXY: "off",
        GOPRIVATE: "*.corp.example,github.com/me",
        CARGO_REGISTRIES_CORP_INDEX: `sparse+https://u:${secret}@cargo.corp.example/index/`,
        CARGO_REGISTRIES_CORP_TOKEN: secret,
        UV_INDEX_URL: secret,
        NPM_TOKEN: secret,
        SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
        NODE_EXTRA_CA_CERTS: "/home/me/corp.pem",
        PIP_CERT: "/usr/../home/me/corp.pem",
      },
    });
    expect(settings).toEqual({
      npm_config_registry: "https://npm.corp.example/npm/",
      "npm_config_@corp:registry": "https://npm.corp.example/own/",
      PIP_INDEX_URL: "https://pip.corp.example/simple",
      GOPROXY: "off",
      GOPRIVATE: "*.corp.example,github.com/me",
      CARGO_REGISTRIES_CORP_INDEX: "sparse+https://cargo.corp.example/index/",
      SSL_CERT_FILE: "/etc/ssl/certs/ca-certificates.crt",
    });
    expect(JSON.stringify(settings)).not.toContain(secret);
  });

  it.each([
    "",
    "https://",
    "ftp://a.example/",
    `https://a.example/#${secret}`,
    `https://a.example/${encodeURIComponent(secret)}/`,
    "https://a.example/x y?z=1",
    "${NPM_REGISTRY}",
    "$(cat token)",
    "a\0b",
  ])("leaves out %j", (value) => expect(withoutSecrets(value)).toBeNull());
});
