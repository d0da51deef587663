import { expressTask } from "./express-task.ts";
import type { ScriptedResponse } from "./model-studio/script.ts";

/** Every form of text that an answer may take. */
export const longAnswer = `A request goes through three parts, and **the order matters**. The order matters because each one may end it.

## The way in

1. \`app.handle\` sets up the final handler.
2. The router walks its stack: see \`lib/application.js:152\` and [the guide](https://expressjs.com/en/guide/routing.html).
   - middleware without a path takes every request
   - middleware with four parameters takes *errors only*
3. The handler answers.

\`\`\`js
app.use(function logger(req, res, next) {
  console.log(req.method, req.url, new Date().toISOString(), "a line that is rather long so that it has to scroll sideways");
  next();
});
\`\`\`

| Part | File | What it may end |
| --- | --- | --- |
| application | \`lib/application.js\` | nothing |
| router | \`router/index.js\` | a request that no route takes |
| response | \`lib/response.js\` | everything |

> A handler that neither answers nor calls \`next\` leaves the client waiting.

- [x] read the router
- [ ] read the response

There is more to say of each; ask for any of them.
`;

const command = (text: string): ScriptedResponse => ({
  toolCalls: [{ name: "run_command", arguments: { command: text } }],
});

const hidden = `node -e "process.stdout.write('nothing can hide')" # \u202Etxt.exe\u200B ${"and-a-very-long-argument ".repeat(12)}`;

/** The scripted task with what makes rows differ: a plan, a failing read, commands that fail and that hide something. */
export const viewTask: readonly ScriptedResponse[] = [
  {
    text: "I look around first.",
    toolCalls: [
      {
        name: "update_plan",
        arguments: {
          steps: [
            { text: "Find who uses the stat helper", done: true },
            { text: "Move it into lib/stat.js", done: false },
            { text: "Run the tests", done: false },
          ],
        },
      },
      { name: "read_file", arguments: { path: "lib/no-such-file.js" } },
    ],
  },
  ...expressTask.slice(1, 23),
  command("ls lib && echo looked && exit 3"),
  command(hidden),
  ...expressTask.slice(24),
];
