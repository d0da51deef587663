import { describe, expect, it } from "vitest";
import { heard, split } from "../../support/hear-rescued.ts";

const call = "<tool_call>\n<function=list_files>\n</function>\n</tool_call>";

describe("foreign marks", () => {
  it.each([
    "<|im_end|>",
    "<|endoftext|>\n",
    "<|im_end|><|im_end|>",
    " <|im_end|>\n<|im_start|>",
    "</s>",
  ])("E4: %j at the end of an answer is not shown, nor sent back", async (mark) => {
    for (const size of [1, 4, 99])
      expect((await heard(split(`All done.${mark}`, size))).text.trimEnd()).toBe("All done.");
    expect((await heard([call, mark])).calls).toHaveLength(1);
  });

  it.each([
    "The mark <|im_end|> ends a message.",
    "It is `<|im_end|>`",
    "```\n<|im_end|>\n```",
    "a <| b |> c",
    "1 < 2 and 2 <",
    "ends with <|im_en",
    "x</s",
  ])("E4: %j is text and stays", async (text) => {
    for (const size of [1, 4, 99]) expect((await heard(split(text, size))).text).toBe(text);
  });

  it.each(["<|im_end|>", " ", "\n\n"])("E4: %j for ever is taken as it comes", async (piece) => {
    const many = Array.from({ length: 40_000 }, () => piece);
    expect((await heard(["Done.", "<|im_end|>", ...many])).text).toBe("Done.");
    expect((await heard([call, ...many])).calls).toHaveLength(1);
    // What comes after all shows that it was text.
    const text = ["Done.<|im_end|>", ...many.slice(0, 100), "not"];
    expect((await heard(text)).text).toBe(text.join(""));
  });
});
