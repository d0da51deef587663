import { certificateVariables, registryVariables } from "../network/registry-table.ts";

/** Where a version manager or toolchain lies, and what of it a command needs to read. */
export interface ToolchainPlace {
  /** The variable that moves it; null where none does. */
  readonly variable: string | null;
  /** Its usual place, under the home folder unless absolute; "" where it has none. */
  readonly usual: string;
  /** What is shown of it; "." for all. Left out are credentials and settings, such as `.cargo/credentials.toml`. */
  readonly shown: readonly string[];
  /** Whether the variable is set inside as well: the home folder is another one there, so the usual place is not found. */
  readonly isPassed: boolean;
  /** A folder under the home folder whose programs need it; null: only a search path that leads into it shows it. */
  readonly reachedBy: string | null;
}

const row =
  (isPassed: boolean) =>
  (
    variable: string | null,
    usual: string,
    ...[shown, reachedBy = null]: readonly [string, (string | null)?]
  ): ToolchainPlace => ({
    variable,
    usual,
    shown: shown.split(" "),
    isPassed,
    reachedBy,
  });
const place = row(true);
/** Its variable means something else inside: a private cache, or nothing. */
const shownPlace = row(false);

export const toolchainPlaces: readonly ToolchainPlace[] = [
  place("RUSTUP_HOME", ".rustup", ".", ".cargo/bin"),
  shownPlace("CARGO_HOME", ".cargo", "bin"),
  place("NVM_DIR", ".nvm", "versions alias nvm.sh"),
  place("FNM_DIR", ".local/share/fnm", "node-versions aliases"),
  place("VOLTA_HOME", ".volta", "bin tools"),
  place("NODENV_ROOT", ".nodenv", "."),
  place("BUN_INSTALL", ".bun", "bin"),
  place("DENO_INSTALL", ".deno", "bin"),
  place("PNPM_HOME", ".local/share/pnpm", "."),
  place("PYENV_ROOT", ".pyenv", "."),
  shownPlace("CONDA_ROOT", "miniconda3", "."),
  place(null, ".local/share/uv", "python tools", ".local/bin"),
  place(null, ".local/share/pipx", "venvs", ".local/bin"),
  place("RBENV_ROOT", ".rbenv", "."),
  place("GOROOT", "", "."),
  shownPlace(null, "go", "bin"),
  place(null, "sdk", ".", "go/bin"),
  place("SDKMAN_DIR", ".sdkman", "candidates bin"),
  place("JAVA_HOME", "", "."),
  shownPlace(null, ".jdks", "."),
  place("ASDF_DATA_DIR", ".asdf", "installs shims plugins bin lib completions"),
  place("MISE_DATA_DIR", ".local/share/mise", "installs shims"),
  place("DOTNET_ROOT", ".dotnet", "."),
  shownPlace("GHCUP_INSTALL_BASE_PREFIX", ".ghcup", "bin ghc"),
  place("ANDROID_HOME", "Android/Sdk", "."),
  place("HOMEBREW_PREFIX", "/home/linuxbrew/.linuxbrew", "."),
  place("HOMEBREW_PREFIX", "/opt/homebrew", "."),
  place("VIRTUAL_ENV", "", "."),
];

/** What is taken of the person's login shell: where programs, toolchains and packages are, and nothing else. */
export const loginVariables = (): readonly string[] => [
  "PATH",
  ...toolchainPlaces.flatMap(({ variable }) => variable ?? []),
  ...passedVariables,
  ...registryVariables,
  ...certificateVariables,
];

/** Where package managers keep what they fetched, under the private home: shared by the commands of one workspace, and by nobody else. */
export const privateCaches: Readonly<Record<string, string>> = {
  XDG_CACHE_HOME: ".cache",
  npm_config_cache: ".cache/npm",
  npm_config_prefix: ".local",
  YARN_CACHE_FOLDER: ".cache/yarn",
  BUN_INSTALL_CACHE_DIR: ".cache/bun",
  DENO_DIR: ".cache/deno",
  PLAYWRIGHT_BROWSERS_PATH: ".cache/playwright",
  CYPRESS_CACHE_FOLDER: ".cache/cypress",
  ELECTRON_CACHE: ".cache/electron",
  PIP_CACHE_DIR: ".cache/pip",
  UV_CACHE_DIR: ".cache/uv",
  POETRY_CACHE_DIR: ".cache/poetry",
  PIPENV_CACHE_DIR: ".cache/pipenv",
  HF_HOME: ".cache/huggingface",
  GOPATH: "go",
  GOCACHE: ".cache/go-build",
  GOMODCACHE: "go/pkg/mod",
  CARGO_HOME: ".cargo",
  GRADLE_USER_HOME: ".gradle",
  NUGET_PACKAGES: ".cache/nuget",
  DOTNET_CLI_HOME: ".dotnet",
  COMPOSER_HOME: ".cache/composer",
  BUNDLE_USER_HOME: ".bundle",
  GEM_SPEC_CACHE: ".cache/gem",
  CCACHE_DIR: ".cache/ccache",
  SCCACHE_DIR: ".cache/sccache",
};

/** Beyond the toolchains' own: what a command may see of the person's environment. */
export const passedVariables: readonly string[] =
  "LANG LANGUAGE TZ NODE_VERSION PYENV_VERSION RUSTUP_TOOLCHAIN CONDA_PREFIX CONDA_DEFAULT_ENV GOFLAGS GOTOOLCHAIN MAKEFLAGS CC CXX ASDF_DIR".split(
    " ",
  );
