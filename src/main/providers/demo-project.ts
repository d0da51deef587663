/** The sample project of the demo: small, plain JavaScript, with a real bug that its own test shows. Path → text. */
export const demoFiles: Readonly<Record<string, string>> = {
  "package.json": `{
  "name": "corner-shop",
  "version": "1.0.0",
  "private": true,
  "type": "module",
  "scripts": { "test": "node --test" }
}
`,
  "README.md": `# Corner shop

Adds up a shopping cart.

- \`src/cart.js\` adds up the lines and takes off the discount.
- \`src/format.js\` writes amounts for people.

Amounts are whole cents. A discount is a percentage.
`,
  "src/cart.js": `/** What a cart costs in cents, after a discount in percent. */
export function total(lines, discount = 0) {
  const sum = lines.reduce((cents, line) => cents + line.price * line.quantity, 0);
  return applyDiscount(sum, discount);
}

export function applyDiscount(cents, discount) {
  return cents - discount * 100;
}
`,
  "src/format.js": `/** Cents as people read them: 4550 becomes "45.50". */
export function formatCents(cents) {
  return (cents / 100).toFixed(2);
}
`,
  "test/cart.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "../src/cart.js";
import { formatCents } from "../src/format.js";

test("adds up the lines", () => {
  const lines = [
    { price: 250, quantity: 4 },
    { price: 999, quantity: 1 },
  ];
  assert.equal(formatCents(total(lines)), "19.99");
});

test("takes a discount off", () => {
  assert.equal(total([{ price: 5000, quantity: 1 }], 10), 4500);
});
`,
};

/** What the demo's person asks for. */
export const demoPrompt =
  "A 10 % discount on 50.00 gives 40.00 instead of 45.00. Find out why, fix it and add tests for it.";

interface DemoCall {
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface DemoStep {
  readonly text: string;
  readonly calls: readonly DemoCall[];
}

const newTest = `import assert from "node:assert/strict";
import { test } from "node:test";
import { applyDiscount } from "../src/cart.js";

test("takes a share off, not a fixed amount", () => {
  assert.equal(applyDiscount(5000, 10), 4500);
  assert.equal(applyDiscount(200, 10), 180);
});

test("rounds to whole cents", () => {
  assert.equal(applyDiscount(999, 15), 849);
});

test("leaves the price alone without a discount", () => {
  assert.equal(applyDiscount(5000, 0), 5000);
});
`;

/** What the scripted model does with the project; every call is run by the real tools. */
export const demoSteps: readonly DemoStep[] = [
  {
    text: "I look for where the discount is taken off.",
    calls: [
      { name: "list_files", arguments: {} },
      { name: "search_files", arguments: { pattern: "discount" } },
    ],
  },
  {
    text: "`applyDiscount` in `src/cart.js` looks like the place. I read it together with what the readme promises.",
    calls: [
      { name: "read_file", arguments: { path: "src/cart.js" } },
      { name: "read_file", arguments: { path: "README.md" } },
    ],
  },
  {
    text: "There it is. The readme says that a discount is a percentage, but the code takes off `discount * 100` cents: 10 % becomes 10.00, whatever the cart costs. I take off a share instead and round to whole cents.",
    calls: [
      {
        name: "edit_file",
        arguments: {
          path: "src/cart.js",
          old_string: "  return cents - discount * 100;\n",
          new_string: "  return Math.round(cents * (1 - discount / 100));\n",
        },
      },
      {
        name: "edit_file",
        arguments: {
          path: "README.md",
          old_string: "A discount is a percentage.",
          new_string: "A discount is a percentage; the result is rounded to whole cents.",
        },
      },
    ],
  },
  {
    text: "Now tests that keep it so, with amounts for which the old code was wrong.",
    calls: [{ name: "write_file", arguments: { path: "test/discount.test.js", content: newTest } }],
  },
];

const howToGoOn = `This was a demo: its answers are a script, no model was asked and nothing was paid. The files, the changes and the undo are real.

To work on your own code, add a Model Studio key in **Settings** and open a folder.`;

export const demoSummary = `The discount took off a fixed amount instead of a share.

- \`src/cart.js:8\` now takes off a percentage and rounds to whole cents.
- \`README.md\` says how it rounds.
- \`test/discount.test.js\` holds three new tests.

Look at the changes in the review beside this, and take back any of them: a checkpoint was made before each.

${howToGoOn}`;

/** In place of the summary when a call did not succeed. */
export const demoSummaryIncomplete = `I stop here: not every step was carried out, so the project may still have its bug.

${howToGoOn}`;

/** To every further prompt. */
export const demoFurtherAnswer = `The demo's script ends here, so I cannot answer that.

${howToGoOn}`;
