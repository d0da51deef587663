import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { committedIn } from "../../../src/main/git/committed-in.ts";
import { blobId } from "../../../src/main/workspace/blob-id.ts";
import { git } from "../../support/run-git.ts";
import { createTemporaryFolder } from "../../support/temporary-folder.ts";

const kinds = [
  ["ssh", "SSH SIGNATURE", "gpg.ssh.program"],
  ["openpgp", "PGP SIGNATURE", "gpg.openpgp.program"],
  ["x509", "SIGNED MESSAGE", "gpg.x509.program"],
] as const;

it.each(kinds)(
  "no program checks a %s signature when Belay reads the log",
  async (_kind, word, setting) => {
    using folder = createTemporaryFolder();
    const root = join(folder.path, "project");
    const [trap, ran] = [join(folder.path, "trap"), join(folder.path, "ran")];
    mkdirSync(root);
    writeFileSync(trap, `#!/bin/sh\ntouch '${ran}'\nexit 1\n`);
    chmodSync(trap, 0o755);
    git(root, "init", "-q", "-b", "main");
    writeFileSync(join(root, "a.txt"), "a\n");
    git(root, "add", "a.txt");
    git(root, "commit", "-q", "-m", "one");
    const plain = git(root, "cat-file", "commit", "HEAD");
    const signature = `gpgsig -----BEGIN ${word}-----\n eHh4\n -----END ${word}-----`;
    const signed = execFileSync("git", ["hash-object", "-t", "commit", "-w", "--stdin"], {
      cwd: root,
      input: plain.replace("\n\n", `\n${signature}\n\n`),
      encoding: "utf8",
    }).trim();
    git(root, "update-ref", "refs/heads/main", signed);
    git(root, "config", "log.showSignature", "true");
    git(root, "config", setting, trap);
    git(root, "config", "gpg.ssh.allowedSignersFile", trap);
    const results = [{ path: "a.txt", blob: blobId(Buffer.from("a\n")), since: null }];
    expect((await committedIn(root, results)).get("a.txt")).toMatch(/^[0-9a-f]{7,}$/);
    expect(existsSync(ran)).toBe(false);
    // The trap does bite.
    git(root, "log", "-1");
    expect(existsSync(ran)).toBe(true);
  },
);
