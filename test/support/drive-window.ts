import type { Locator, Page } from "playwright";
import { testKey } from "./belay-cli.ts";

/** A button of the window, by its accessible name. */
export const button = (page: Page, name: RegExp): Locator => page.getByRole("button", { name });

/** Pastes the key into the first page and goes on to the project that the window was started with. */
export async function enterKey(page: Page): Promise<void> {
  await page.getByLabel("API key").fill(testKey);
  await button(page, /^Check/).click();
  await page.getByText("Singapore").first().waitFor();
  await button(page, /^Choose a project/).click();
  await page.getByRole("textbox", { name: "Prompt" }).waitFor();
}

/** Types a prompt and sends it, as a person does. */
export async function sendPrompt(page: Page, prompt: string): Promise<void> {
  await page.getByRole("textbox", { name: "Prompt" }).fill(prompt);
  await page.keyboard.press("Enter");
}

/** Waits for the approval card and allows what it shows. */
export const allow = (page: Page): Promise<void> => answerCard(page, button(page, /^Allow$/));

/**
 * Waits for the approval card and presses its answer. A card is inert at first, and again when it was moved, as it is while rows still
 * come: so it is pressed again as long as the same card asks.
 */
export async function answerCard(page: Page, answer: Locator): Promise<void> {
  await answer.waitFor();
  const asked = await askedIn(page);
  while ((await askedIn(page)) === asked) {
    await page.waitForTimeout(400);
    await answer.click();
    for (let wait = 0; wait < 20 && (await askedIn(page)) === asked; wait += 1)
      await page.waitForTimeout(100);
  }
}

/** The text of the first approval card; null without one. */
const askedIn = (page: Page): Promise<string | null> =>
  page.evaluate(() => document.querySelector<HTMLElement>("[data-approval]")?.innerText ?? null);

/** Waits until nothing works here: the last words are shown while their stream is still open. */
export const promptEnds = (page: Page): Promise<void> =>
  page.getByRole("button", { name: "Stop", exact: true }).first().waitFor({ state: "hidden" });

/** Opens the review of the newest prompt. The banner about what steers has a button of the same name. */
export async function openReview(page: Page): Promise<void> {
  await promptEnds(page);
  const summary = page.getByRole("group", { name: "What this prompt changed" }).last();
  await summary.getByRole("button", { name: "Review", exact: true }).click();
}
