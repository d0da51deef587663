import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { folderInArguments, outsideLink } from "../../../src/main/desktop/links.ts";

describe("a link that may be opened outside", () => {
  it.each([
    ["https://example.com/a?b=c#d", "example.com"],
    ["https://example.com:8443/", "example.com:8443"],
    ["HTTPS://EXAMPLE.COM", "example.com"],
    ["https://bücher.example/", "xn--bcher-kva.example"],
    ["https://раypal.example/", "xn--ypal-43d9g.example"],
  ])("%s names its host without disguise", (url, host) => {
    expect(outsideLink(url)?.host).toBe(host);
  });

  it("may be an address to write to", () => {
    expect(outsideLink("mailto:ada@example.com")?.pathname).toBe("ada@example.com");
  });

  it.each([
    "",
    "example.com",
    "/etc/passwd",
    "http://example.com",
    "file:///etc/passwd",
    "smb://server/share",
    "\\\\server\\share",
    "javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ms-msdt:/id x",
    "belay://app/index.html",
    "https://",
    "https://ada:secret@example.com/",
    "https://example.com@evil.example/",
    "view-source:https://example.com",
  ])("is never %s", (url) => {
    expect(outsideLink(url)).toBeUndefined();
  });

  it("has one of two schemes, whatever is parsed", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl({ validSchemes: ["https", "ftp"] })), (url) => {
        const link = outsideLink(url);
        if (link !== undefined) expect(["https:", "mailto:"]).toContain(link.protocol);
      }),
    );
  });
});

describe("the folder of a command line", () => {
  it("is its only word", () => {
    expect(folderInArguments(["/home/ada/express"])).toBe("/home/ada/express");
    expect(folderInArguments(["--no-sandbox", "--inspect=0", "my project"])).toBe("my project");
  });

  it("is none where there is no word or more than one", () => {
    expect(folderInArguments([])).toBeNull();
    expect(folderInArguments([""])).toBeNull();
    expect(folderInArguments(["--no-sandbox", "-x"])).toBeNull();
    expect(folderInArguments(["one", "two"])).toBeNull();
  });
});
