import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  commandInArguments,
  folderInArguments,
  outsideLink,
} from "../../../src/main/desktop/links.ts";

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

  it.each([
    "belay://open?folder=/etc&run=1",
    "https://example.com",
    "file:///etc",
    "BELAY:run",
    "vscode-file:x",
    "a\0b",
  ])("is no address: %j", (word) => {
    expect(folderInArguments([word])).toBeNull();
  });

  it("may lie on a drive of Windows", () => {
    expect(folderInArguments(["C:\\work"])).toBe("C:\\work");
  });
});

describe("a start as the belay command", () => {
  it("takes every word after the mark as it is", () => {
    const argv = ["/opt/Belay/belay-desktop", "--no-sandbox", "--cli", "--", "run", "--", "--cli"];
    expect(commandInArguments(argv)).toEqual(["run", "--", "--cli"]);
    expect(commandInArguments(["belay-desktop", "--cli", "--"])).toEqual([]);
  });

  it.each([
    [["belay-desktop"]],
    [["belay-desktop", "--cli"]],
    [["belay-desktop", "--cli", "run", "--"]],
    [["belay-desktop", "/folder", "--cli", "--", "run"]],
    [["belay-desktop", "--", "--cli", "--", "run"]],
    [["belay-desktop", "--cli=1", "--", "run"]],
    [["--", "--cli"]],
  ])("is not meant by %j", (argv) => {
    expect(commandInArguments(argv)).toBeUndefined();
  });
});
