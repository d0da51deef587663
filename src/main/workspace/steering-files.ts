/**
 * `guarded`: what runs or steers by being there. It asks in every mode, is read-only in the sandbox, and a command that brings it
 * about unasked has it taken back. `watched`: manifests and build files, which are edited all day; a remembered rule is void when one changed.
 */
export type SteeringStrength = "guarded" | "watched";

interface SteeringGroup {
  readonly what: string;
  readonly strength: SteeringStrength;
  /** Names in lower case, with or without folders before them, in any folder. `x/` covers all beneath, `*.x` an ending. */
  readonly names: readonly string[];
}

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** The one list of files that steer what is executed; the sandbox, approvals, rules and the review of a repository read it. */
const steeringGroups: readonly SteeringGroup[] = [
  {
    what: "git hooks",
    strength: "guarded",
    names: words(`
      .husky/ .githooks/ .git-hooks/ .pre-commit-config.yaml .pre-commit-config.yml .pre-commit-hooks.yaml
      lefthook.yml lefthook.yaml .lefthook.yml .lefthook.yaml .lefthook/ .overcommit.yml .gitmodules`),
  },
  {
    what: "agent configuration",
    strength: "guarded",
    names: words(`
      .mcp.json mcp.json .belay/ .claude/ .claude.json .cursor/ .cursorrules .codex/ .qwen/ .gemini/ .opencode/ opencode.json
      opencode.jsonc .windsurf/ .windsurfrules .clinerules .clinerules/ .roo/ .roomodes .roorules .kiro/ .aider.conf.yml
      .aider.model.settings.yml .continue/ .continuerc.json .junie/ .agents/ .agent/ .amazonq/ .trae/ .goosehints .rules
      .github/copilot-instructions.md .github/instructions/ .github/prompts/ .github/agents/ agents.md agent.md claude.md
      claude.local.md qwen.md gemini.md`),
  },
  {
    what: "tasks and settings of editors",
    strength: "guarded",
    names: words(`
      .vscode/ .idea/ .zed/ .fleet/ .devcontainer/ .devcontainer.json *.code-workspace *.sublime-project .exrc .vimrc .gvimrc
      .nvimrc .nvim.lua .lvimrc .dir-locals.el .dir-locals-2.el`),
  },
  {
    what: "start files of shells and tools",
    strength: "guarded",
    names: words(`
      .envrc .direnvrc .autoenv .autoenv.zsh mise.toml .mise.toml mise.local.toml .mise.local.toml .mise/ .rtx.toml .bashrc
      .bash_profile .bash_login .bash_logout .bash_aliases .profile .zshrc .zshenv .zprofile .zlogin .zlogout .kshrc .cshrc
      .tcshrc .inputrc .gitconfig .config/git/ .config/fish/ .config/direnv/ .ssh/ .gdbinit .lldbinit .irbrc .pryrc .pdbrc`),
  },
  {
    what: "continuous integration",
    strength: "guarded",
    names: words(`
      .github/workflows/ .github/actions/ .github/dependabot.yml .gitlab-ci.yml .gitlab/ .circleci/ .buildkite/ .travis.yml
      .drone.yml .woodpecker.yml .woodpecker/ .forgejo/ .gitea/ azure-pipelines.yml azure-pipelines.yaml .azure-pipelines/
      bitbucket-pipelines.yml jenkinsfile appveyor.yml .appveyor.yml .cirrus.yml .semaphore/ .teamcity/ cloudbuild.yaml
      codemagic.yaml .ci/`),
  },
  {
    what: "configuration of package managers",
    strength: "guarded",
    names: words(`
      .npmrc .yarnrc .yarnrc.yml .yarn/releases/ .yarn/plugins/ .pnpmfile.cjs bunfig.toml .cargo/config .cargo/config.toml
      pip.conf .pypirc .bundle/config .gemrc .mvn/ .bazelrc .bazeliskrc nuget.config .condarc uv.toml`),
  },
  {
    what: "manifests and build files",
    strength: "watched",
    names: words(`
      package.json makefile gnumakefile bsdmakefile *.mk justfile .justfile taskfile.yml taskfile.yaml cargo.toml build.rs
      pyproject.toml setup.py setup.cfg tox.ini noxfile.py tasks.py conftest.py pytest.ini manage.py sitecustomize.py
      usercustomize.py composer.json gemfile rakefile guardfile *.gemspec build.gradle build.gradle.kts settings.gradle
      settings.gradle.kts gradle.properties gradle/wrapper/ gradlew gradlew.bat mvnw mvnw.cmd pom.xml cmakelists.txt meson.build
      configure build.zig build.bazel workspace.bazel module.bazel deno.json deno.jsonc turbo.json nx.json
      lerna.json gruntfile.js gulpfile.js dockerfile containerfile docker-compose.yml docker-compose.yaml compose.yml
      compose.yaml vagrantfile procfile .gitattributes .tool-versions .nvmrc .node-version .python-version rust-toolchain
      rust-toolchain.toml directory.build.props directory.build.targets global.json *.csproj *.fsproj`),
  },
];

export interface Steering {
  readonly what: string;
  readonly strength: SteeringStrength;
}

interface Entry {
  readonly parts: readonly string[];
  readonly isFolder: boolean;
  readonly steering: Steering;
}

const entries: readonly Entry[] = steeringGroups.flatMap(({ what, strength, names }) =>
  names
    .filter((name) => !name.startsWith("*"))
    .map((name) => ({
      parts: name.replace(/\/$/, "").split("/"),
      isFolder: name.endsWith("/"),
      steering: { what, strength },
    })),
);

const endings = steeringGroups.flatMap(({ what, strength, names }) =>
  names
    .filter((name) => name.startsWith("*"))
    .map((name) => ({ ending: name.slice(1), steering: { what, strength } })),
);

const byFirstPart = Map.groupBy(entries, ({ parts }) => parts[0] ?? "");

/**
 * What a path steers, or null. Letters are folded and dots and blanks at a name's end dropped on every system, as some volumes
 * do: better one question too many than `.MCP.json` unasked. Paths are relative to the workspace, with "/" or "\".
 */
export function steeringOf(path: string): Steering | null {
  const parts = path
    .split(/[\\/]/)
    .map(foldedName)
    .filter((part) => part !== "");
  const last = parts.at(-1) ?? "";
  for (const [index, part] of parts.entries()) {
    const found = byFirstPart.get(part)?.find((entry) => covers(entry, parts.slice(index)));
    if (found !== undefined) return found.steering;
  }
  return endings.find(({ ending }) => last.endsWith(ending))?.steering ?? null;
}

/** A folder itself counts as what is in it: whoever replaces it by a link steers as well. */
function covers({ parts, isFolder }: Entry, path: readonly string[]): boolean {
  const fits = parts.every((part, index) => part === path[index]);
  return fits && (isFolder ? path.length >= parts.length : path.length === parts.length);
}

/** Zero-width characters are what HFS+ leaves out when it compares. */
const foldedName = (name: string): string =>
  name
    .normalize("NFKC")
    .replaceAll(/[\u200B-\u200F\u202A-\u202E\u2060-\u206F\uFEFF]/g, "")
    .toLowerCase()
    .replace(/[. ]+$/, (end) => (/^[. ]*$/.test(name) ? end : ""))
    .replace(/:.*$/, "");

/** The guarded names that can lie at the top of a workspace, to be looked for there. */
export const guardedAtTop: readonly (readonly string[])[] = entries
  .filter(({ steering }) => steering.strength === "guarded")
  .map(({ parts }) => parts);
