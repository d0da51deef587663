// npm run package [-- --dir]: the app as a program for this platform, in dist/. With --dir as a folder only, unpacked.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build as buildPackages } from "electron-builder";
import { build } from "./build.mjs";
import { resolveElectron, wantsRegistry } from "./electron-runtime.mjs";
import { root } from "./prepare.mjs";

/** What of Electron a program of ours can do beyond showing the app: nothing. Read back from the binary by test/packaged/program.test.ts. */
export const fuses = {
  runAsNode: false,
  enableCookieEncryption: true,
  enableNodeOptionsEnvironmentVariable: false,
  enableNodeCliInspectArguments: false,
  enableEmbeddedAsarIntegrityValidation: true,
  onlyLoadAppFromAsar: true,
  // We bring no snapshot of our own: a file of that name beside the program must not be loaded.
  loadBrowserProcessSpecificV8Snapshot: false,
  grantFileProtocolExtraPrivileges: false,
};

const packageFiles = (name, filter) => ({
  from: `node_modules/${name}`,
  to: `node_modules/${name}`,
  filter: ["package.json", "LICENSE*", ...filter],
});

/** Packages that stay files: everything else is bundled. Of each, only what this platform loads. */
const nativeFiles = (platform, arch) => [
  packageFiles("better-sqlite3", ["lib/**", `prebuilds/${platform}-${arch}.node`]),
  packageFiles("keytar", ["lib/*.js", `prebuilds/${platform}-${arch}/keytar.node`]),
  packageFiles("@vscode/ripgrep", ["lib/*.js"]),
  packageFiles(`@vscode/ripgrep-${platform}-${arch}`, ["bin/**"]),
];

/** electron-builder's configuration for a runtime in a folder. */
export function configuration({ platform, arch, electronDist, output }) {
  return {
    appId: "app.belay.desktop",
    productName: "Belay",
    directories: { output, buildResources: "resources" },
    electronDist,
    npmRebuild: false, // both native packages bring Node-API binaries, which any Electron loads
    asar: true,
    asarUnpack: ["**/*.node", "node_modules/@vscode/ripgrep-*/bin/**"],
    files: [
      "out/**",
      "resources/**",
      "package.json",
      "!resources/command/**",
      "!node_modules/**",
      "!**/*.map",
      "!**/.belay-built",
      ...nativeFiles(platform, arch),
    ],
    extraResources: [{ from: "resources/command", to: "command" }],
    electronLanguages: ["en-US", "zh-CN"],
    electronFuses: fuses,
    extraMetadata: { scripts: {}, devDependencies: {}, dependencies: {} },
    afterPack: ({ appOutDir, electronPlatformName }) => {
      // The runtime's own app would be one more thing that the program can load.
      if (electronPlatformName !== "darwin")
        rmSync(join(appOutDir, "resources/default_app.asar"), { force: true });
    },
    linux: {
      executableName: "belay-desktop",
      category: "Development",
      target: ["AppImage", "deb"],
    },
    win: { target: ["nsis"] },
    mac: {
      target: ["dmg"],
      hardenedRuntime: true,
      category: "public.app-category.developer-tools",
    },
  };
}

/** Packages for this platform; answers the folder of what was built. The third-party Electron is for trying out only. */
async function packageApp(argv, { dir }) {
  if (wantsRegistry(argv, process.env) && !dir)
    throw new Error(
      "The third-party Electron is never shipped. Package with Electron's own, or try it out with --dir.",
    );
  build();
  const { folder, kind } = await resolveElectron({ root, argv });
  const { platform, arch } = process;
  const output = join(root, kind === "installed" ? "dist" : "dist/trial");
  await buildPackages({
    projectDir: root,
    dir,
    publish: "never",
    config: configuration({ platform, arch, electronDist: folder, output }),
  });
  if (kind !== "installed")
    console.log(`Belay: ${output} is for trying out: its Electron is not the one that is shipped.`);
  return output;
}

/** Packages as a folder; answers the one that the program lies in. */
export async function packageFolder(argv) {
  const output = await packageApp(argv, { dir: true });
  const { platform, arch } = process;
  const system = { darwin: "mac", win32: "win", linux: "linux" }[platform];
  const suffix = arch === "x64" ? "" : `-${arch}`;
  return join(output, platform === "darwin" ? `mac${suffix}` : `${system}${suffix}-unpacked`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    const argv = process.argv.slice(2);
    await packageApp(argv, { dir: argv.includes("--dir") });
  } catch (error) {
    console.error(`Belay: ${error.message}`);
    process.exitCode = 1;
  }
}
