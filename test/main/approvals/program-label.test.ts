import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { programLabel } from "../../../src/main/approvals/program-label.ts";

describe("a program rule", () => {
  it.each([
    ["npm test", ["npm", "test"]],
    ["npm test -- --watch=false", ["npm", "test"]],
    ["npm run build:prod --silent", ["npm", "run", "build:prod"]],
    ["cargo nextest run --all", ["cargo", "nextest", "run"]],
    ["python3 -m pytest -q tests/a.py::test_b", ["python3", "-m", "pytest"]],
    ["python3 -m pytest -q tests", ["python3", "-m", "pytest"]],
    ["git log --oneline -n 5", ["git", "log"]],
    ['grep "two words" src/a.ts', ["grep"]],
    ["grep 'it is; true' src", ["grep"]],
    ["make", ["make"]],
    ["make test", ["make", "test"]],
  ])("names what %s runs", (command, label) => {
    expect(programLabel(command)).toEqual(label);
  });

  it.each([
    "npx vitest",
    "npm exec x",
    "npm",
    "npm publish",
    "sh -c 'npm test'",
    "bash run.sh",
    "./npm test",
    "/usr/bin/npm test",
    "node -e 1",
    "python -c 1",
    "xargs npm test",
    "find . -exec ls +",
    "env npm test",
    "A=1 npm test",
    "sudo npm test",
    "npm run $X",
    "npm run 'build'",
    "git push",
    "git -c alias.log='!sh' log",
    "git -C .. log",
    "NPM test",
    "export PATH=/x",
    "typeset -x PATH=/x",
    "declare -x A=1",
    "alias npm=x",
    "source x",
    ". x",
    "cd x",
    "set -a",
    "npm  test\n",
    "npm\ttest",
    "npm test\u200B",
    "nрm test",
    "constructor x",
    "__proto__",
    "",
    " npm test",
  ])("does not cover: %j", (command) => {
    expect(programLabel(command)).toBeNull();
  });

  const covered = fc.constantFrom(
    "npm test",
    "npm run build",
    "git status",
    "cargo build --all",
    "ls -la src",
    "grep 'a b' x",
  );
  const other = fc.constantFrom("rm x", "npm publish", "curl x", "ls");
  const joint = fc.constantFrom<(one: string, two: string) => string>(
    (one, two) => `${one} && ${two}`,
    (one, two) => `${one}&&${two}`,
    (one, two) => `${one} || ${two}`,
    (one, two) => `${one}; ${two}`,
    (one, two) => `${one};${two}`,
    (one, two) => `${one} | ${two}`,
    (one, two) => `${one} |& ${two}`,
    (one, two) => `${one} & ${two}`,
    (one) => `${one}&`,
    (one, two) => `${one}\n${two}`,
    (one, two) => `${one}\r${two}`,
    (one, two) => `${one}\r\n${two}`,
    (one, two) => `${one} $(${two})`,
    (one, two) => `${one} "$(${two})"`,
    (one, two) => `${one} \`${two}\``,
    (one, two) => `${one} <(${two})`,
    (one) => `${one} > .git/hooks/pre-commit`,
    (one) => `${one} >> .envrc`,
    (one) => `${one} < x`,
    (one) => `${one} 2>&1`,
    (one, two) => `${one} <<X\n${two}\nX`,
    (one, two) => `${one} \\\n; ${two}`,
    (one, two) => `${one} '\n' ${two}`,
    (one, two) => `${one} "a\\"; ${two} "`,
    (one, two) => `${one} 'a\\'; ${two} '`,
    (one, two) => `${one} $'a\\'; ${two} '`,
    (one, two) => `${one} "!x"; ${two}`,
    (one) => `${one} {a,b}`,
    (one) => `${one} *`,
    (one) => `${one} ~/x`,
    (one, two) => `${one} # ${two}`,
    (one, two) => `${one}\u2028${two}`,
    (one, two) => `${one}\u0085${two}`,
    (one, two) => `${one}\0${two}`,
    (one, two) => `${one} ；${two}`,
    (one, two) => `(${one}; ${two})`,
    (one, two) => `{ ${one}; ${two}; }`,
    (one) => `X=1 ${one}`,
    (one, two) => `if ${one}; then ${two}; fi`,
    (one) => `! ${one}`,
    (one) => `time ${one}`,
    (one) => `exec ${one}`,
    (one) => `command ${one}`,
    (one) => `sh -c '${one}'`,
    (one) => `npx ${one}`,
    (one) => `xargs ${one}`,
    (one) => `find . -exec ${one} +`,
    (one) => `eval ${one}`,
    (one) => `nohup ${one}`,
    (one) => `watch ${one}`,
  );

  it("never covers more than one plain command, however the second one is put", () => {
    fc.assert(
      fc.property(covered, joint, other, (one, join, two) => {
        expect(programLabel(one)).not.toBeNull();
        expect(programLabel(join(one, two))).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it("is for one command only, whatever characters stand among its arguments", () => {
    const marks = fc.constantFrom(
      ..."&|;<>()$`\n\r\t\\*?[]{}!~#\u0000\u0085\u2028\u202E\u200B；".split(""),
    );
    const plain = fc.stringMatching(/^[a-z0-9./=-]{0,8}$/);
    fc.assert(
      fc.property(covered, fc.tuple(plain, marks, plain), (command, around) => {
        expect(programLabel(`${command} ${around.join("")}`)).toBeNull();
      }),
      { numRuns: 2000 },
    );
  });

  it("covers any plain or quoted arguments", () => {
    const word = fc.stringMatching(
      /^[\w@%+:,./=^-]{1,6}$|^'[^'\p{C}]{0,6}'$|^"[^"$`\\!\p{C}]{0,6}"$/u,
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 5 }), (words) => {
        expect(programLabel(["ls", ...words].join(" "))).toEqual(["ls"]);
      }),
      { numRuns: 500 },
    );
  });
});
