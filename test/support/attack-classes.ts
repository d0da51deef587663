/** A way in that was found in programs like this one. */
export interface AttackClass {
  readonly found: string;
  readonly attack: string;
  /** The tests that try it here: a file below test/, and words of a test's name in it. */
  readonly tried: readonly (readonly [file: string, name: string])[];
  /** What is not tried yet, where that is so. */
  readonly open?: string;
}

export const attackClasses: readonly AttackClass[] = [
  {
    found: "CVE-2025-54135",
    attack: "injected text writes the configuration of tool servers",
    tried: [
      ["main/tools/steering-writes.test.ts", "asks in every mode"],
      ["main/checkpoints/undo-steering.test.ts", "until the person names it"],
      ["main/agent/data-marks.test.ts", "stands between marks of its own"],
    ],
  },
  {
    found: "CVE-2025-54136",
    attack: "an accepted entry is swapped: trust bound to a name, not to content",
    tried: [
      ["main/trust/trust.test.ts", "is so by its bytes: changed, it is off again"],
      ["main/trust/trust.test.ts", "is refused whole when one of them is not any more"],
      ["renderer/trust/trust-banner.test.tsx", "takes the word for what was shown"],
      ["e2e/hostile-repository.test.ts", "that what was accepted has changed"],
    ],
  },
  {
    found: "CVE-2025-59944",
    attack: "another case of a protected file's name",
    tried: [["main/trust/steering-files.test.ts", "any mix of case and unseen characters"]],
  },
  {
    found: "CVE-2026-22708",
    attack: "builtins of the shell pass an empty allow-list and steer later commands",
    tried: [
      ["main/shell/command-runner.test.ts", "keeps keys and what steers"],
      ["main/approvals/program-label.test.ts", "does not cover"],
      ["main/approvals/program-label.test.ts", "never covers more than one plain command"],
      ["main/agent/command-approvals.test.ts", "is void by what changed while"],
    ],
  },
  {
    found: "CVE-2026-26268",
    attack: "a hook of git is written",
    tried: [
      ["main/workspace/confine.test.ts", "what belongs to git"],
      [
        "main/shell/sandbox/sandboxed-runs.test.ts",
        "until that is granted; hooks stay as they are",
      ],
      ["main/tools/sandboxed-command.test.ts", "names the wall that a command hit"],
      ["main/shell/sandbox/escapes.test.ts", "the histories and the guarded files as they were"],
    ],
  },
  {
    found: "CVE-2025-54794",
    attack: "a folder whose name begins with the workspace's",
    tried: [
      ["main/workspace/confine.test.ts", "never answers a path outside, whatever the parts"],
      ["main/desktop/served-files.test.ts", "the files of the windows"],
    ],
  },
  {
    found: "CVE-2025-54795",
    attack: "text becomes a command",
    tried: [
      ["main/git/host-git.test.ts", "takes lists that are longer"],
      ["main/approvals/program-label.test.ts", "never covers more than one plain command"],
      ["main/approvals/program-label.test.ts", "is for one command only, whatever characters"],
    ],
  },
  {
    found: "CVE-2025-59536, CVE-2025-68432, CVE-2025-68433",
    attack: "a repository's hooks and settings run before anybody was asked",
    tried: [
      ["main/git/host-git.test.ts", "runs nothing that a hostile repository"],
      ["main/trust/trust.test.ts", "is listed whole, off, and none of it runs"],
      ["e2e/hostile-repository.test.ts", "is opened with a banner, and nothing of it runs"],
    ],
  },
  {
    found: "CVE-2026-21852",
    attack: "a repository sets the endpoint, and the key goes there",
    tried: [
      ["main/keys/key-store.test.ts", "a key is given out for its own origin and no other"],
      ["main/egress/key-origin.test.ts", "is not sent to"],
      ["main/egress/egress.test.ts", "goes nowhere else, by address or by redirect"],
    ],
  },
  {
    found: "CVE-2026-25724, CVE-2026-39861, CVE-2025-62353, CVE-2026-45482",
    attack: "a link or a path leads out of the folder",
    tried: [
      ["main/workspace/confine.test.ts", "refuses a parent that became a link after the check"],
      ["main/workspace/confine.test.ts", "never answers a path outside"],
      ["main/shell/sandbox/escapes.test.ts", "left everything outside"],
      ["main/shell/sandbox/sandboxed-runs.test.ts", "no link to another or Belay's own"],
      ["main/tools/hostile-paths.test.ts", "no tool reads, lists, finds"],
      ["main/tools/swapped-links.test.ts", "put in a folder's place and back all the while"],
      ["main/ipc/paths.test.ts", "reads and changes nothing outside of the project"],
      ["main/shell/sandbox/escapes.test.ts", "gets nowhere"],
    ],
  },
  {
    found: "CVE-2026-25725",
    attack: "a configuration that is missing is made from inside",
    tried: [
      ["main/trust/steering-files.test.ts", "each pattern of the list finds its path"],
      ["main/shell/sandbox/sandboxed-runs.test.ts", "takes back what steers and was not there"],
    ],
  },
  {
    found: "CVE-2026-46406",
    attack: "a fixed place in the shared temporary folder",
    tried: [["main/app-files.test.ts", "every folder is private"]],
  },
  {
    found: "the proxy's NUL byte",
    attack: "a host name that is cut where it is checked",
    tried: [
      ["main/egress/address-rule.test.ts", "is no address"],
      ["main/shell/network/authority.test.ts", "takes %j for none"],
    ],
  },
  {
    found: "CVE-2025-61260",
    attack: "the repository's .env moves the program's own home",
    tried: [
      ["wired/hostile-repository.test.ts", "runs nothing and decides nothing"],
      ["e2e/hostile-repository.test.ts", "has asked the person's endpoint with the person's key"],
    ],
  },
  {
    found: "CVE-2025-59532",
    attack: "a folder that the model chose becomes writable",
    tried: [
      ["main/tools/registry.test.ts", "offers exactly the tools of the plan"],
      ["main/shell/sandbox/sandbox-policy.test.ts", "shows the workspace for writing"],
      ["main/shell/sandbox/sandbox-policy.test.ts", "without a grant, whatever the workspace is"],
      ["main/shell/sandbox/sandbox-policy.test.ts", "does not confine to %s"],
    ],
  },
  {
    found: "CVE-2026-22812",
    attack: "a local server that answers everybody",
    tried: [
      ["main/desktop/hardening.test.ts", "listens nowhere"],
      ["packaged/program.test.ts", "can be driven by nobody else"],
    ],
  },
  {
    found: "CVE-2025-53773",
    attack: "the agent changes what it may do without asking",
    tried: [["main/tools/steering-writes.test.ts", "asks in every mode"]],
  },
  {
    found: "a parser that failed meant yes",
    attack: "what cannot be read is allowed",
    tried: [
      ["main/ipc/router.test.ts", "never reaches a handler with anything but an input that fits"],
      ["main/agent/command-approvals.test.ts", "asks about what cannot be read"],
      ["main/approvals/find-dangers.test.ts", "is found or not, but never by a failure"],
      ["main/approvals/program-label.test.ts", "whatever characters stand among its arguments"],
    ],
  },
  {
    found: "CVE-2025-55305",
    attack: "a snapshot beside the program runs before its archive is checked",
    tried: [["packaged/program.test.ts", "has each fuse as it was meant"]],
  },
  {
    found: "spoofed commands",
    attack: "a command looks like another by hidden characters or its first line",
    tried: [
      [
        "renderer/conversation/approval.test.tsx",
        "shows the exact bytes with nothing hidden in them",
      ],
      [
        "renderer/conversation/approval.test.tsx",
        "is titled by the tool, whatever the model writes",
      ],
      ["renderer/text/lookalikes.test.ts", "is found in"],
    ],
  },
  {
    found: "poisoned packages",
    attack: "a dependency runs a script when it is installed",
    tried: [
      ["main/scripts.test.ts", "sees a platform that is missing and an address that is named"],
    ],
  },
  {
    found: "server-side request forgery",
    attack: "a public name leads to this machine or to a cloud's metadata",
    tried: [
      ["main/egress/egress.test.ts", "asks for a name once and connects to what was checked"],
      ["main/egress/address-rule.test.ts", "never reaches metadata"],
    ],
  },
];
