import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { servedFile, servedHeaders } from "../../../src/main/desktop/served-files.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

function createBuild(root: string): string {
  const folder = join(root, "renderer");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(folder, "index.html"), "<!doctype html>");
  writeFileSync(join(folder, "assets", "a b.js"), "");
  writeFileSync(join(folder, "notes.txt"), "");
  writeFileSync(join(root, "secret.html"), "");
  mkdirSync(join(root, "renderer-2"));
  writeFileSync(join(root, "renderer-2", "index.html"), "");
  symlinkSync(join(root, "secret.html"), join(folder, "out.html"));
  symlinkSync("loop.html", join(folder, "loop.html"));
  return folder;
}

describe("the files of the windows", () => {
  it("are served with the type of their ending", async () => {
    using temporary = createTemporaryFolder();
    const folder = createBuild(temporary.path);
    const page = await servedFile("belay://app/index.html?x#y", folder);
    expect(page?.type).toBe("text/html; charset=utf-8");
    const script = await servedFile("belay://app/assets/a%20b.js", folder);
    expect(script?.type).toBe("text/javascript; charset=utf-8");
  });

  it.each([
    "belay://app/",
    "belay://app/assets",
    "belay://app/missing.html",
    "belay://app/notes.txt",
    "belay://evil/index.html",
    "belay://app/out.html",
    "belay://app/loop.html",
    "belay://app/../secret.html",
    "belay://app/%2e%2e/secret.html",
    "belay://app/..%2fsecret.html",
    "belay://app/..%2Frenderer-2%2Findex.html",
    "belay://app/%2fetc%2fhosts.html",
    "belay://app/index.html%00.js",
    "belay://app/%zz.html",
    "belay://app/constructor",
  ])("are not reached by %s", async (url) => {
    using temporary = createTemporaryFolder();
    const folder = createBuild(temporary.path);
    expect(await servedFile(url, folder)).toBeUndefined();
  });

  it("come with a policy that allows our own files and nothing else", () => {
    const policy = servedHeaders["Content-Security-Policy"] ?? "";
    const directives = new Map(
      policy.split("; ").map((directive) => {
        const [name = "", ...values] = directive.split(" ");
        return [name, values.join(" ")];
      }),
    );
    for (const name of ["default-src", "connect-src", "frame-src", "base-uri", "form-action"])
      expect(directives.get(name)).toBe("'none'");
    expect(directives.get("object-src")).toBe("'none'");
    expect(directives.get("script-src")).toBe("'self'");
    expect(directives.get("style-src")).toBe("'self'");
    expect(directives.get("require-trusted-types-for")).toBe("'script'");
    expect(policy).not.toMatch(/unsafe-eval|\*|https?:|blob:/);
    expect(servedHeaders["X-Content-Type-Options"]).toBe("nosniff");
  });
});
