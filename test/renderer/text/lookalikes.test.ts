import { describe, expect, it } from "vitest";
import { lookalikesIn } from "../../../src/renderer/src/text/lookalikes.ts";

const marked = (text: string) =>
  lookalikesIn(text)
    .map((one) => `${one.text}${one.twin}`)
    .join(" ");

describe("a character that passes for a plain one", () => {
  it.each([
    ["rм -rf", "мm"],
    ["сору a b", "сc оo рp уy"],
    ["gοοgle.com", "οo οo"],
    ["rm –rf x", "–-"],
    ["cat /etc∕passwd", "∕/"],
    ["ls；rm", "；;"],
    ["ｒｍ x", "ｒr ｍm"],
    ["𝗋𝗆 x", "𝗋r 𝗆m"],
    ["echo “x”", "““ ””".replaceAll("““", '“"').replaceAll("””", '”"')],
    ["a․sh", "․."],
  ])("is found in %s", (text, expected) => {
    expect(marked(text)).toBe(expected);
  });

  it.each([
    "git commit -m '修复：读取（空）文件，完成；好'",
    "echo привет мир",
    "echo Ωμέγα",
    "git commit -m 'it’s done'",
    "echo naïve café Zürich",
    "echo 'a → b'",
    "ls -la /tmp",
    "echo 日本語ｶﾅ",
  ])("is not seen in ordinary text: %s", (text) => {
    expect(marked(text)).toBe("");
  });

  it("is named where it stands", () => {
    const text = "a 𝗋𝗆 b";
    for (const { index, text: own } of lookalikesIn(text))
      expect(text.slice(index).startsWith(own)).toBe(true);
  });
});
