// @vitest-environment happy-dom
import { render } from "@testing-library/react";
import { expect, it, vi } from "vitest";
import { MessagesProvider } from "../../../src/renderer/src/messages/messages.tsx";
import { PlainWhenBroken } from "../../../src/renderer/src/text/plain-when-broken.tsx";

function Broken(): never {
  throw new Error("this text cannot be shown");
}

it("shows a text as it is, with nothing hidden, where its markup cannot be shown", () => {
  const quiet = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { container } = render(
    <MessagesProvider language="en">
      <span>before</span>
      <PlainWhenBroken text={"an **answer** &amp; more\u202E"}>
        <Broken />
      </PlainWhenBroken>
    </MessagesProvider>,
  );
  expect(container.textContent).toBe("beforean **answer** &amp; moreU+202E");
  quiet.mockRestore();
});
