import { closeSync, openSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { AppError } from "../../../shared/errors.ts";
import { findShell } from "../find-shell.ts";
import type { Launcher } from "../launch.ts";
import { markerName } from "../process-tree.ts";
import { assembleEtc } from "./assemble-etc.ts";
import { bubblewrapArguments } from "./bubblewrap-arguments.ts";
import { callFilter } from "./call-filter.ts";
import { findGitPlace } from "./git-place.ts";
import type { CommandNetwork } from "./command-network.ts";
import type { Confinement } from "./confinement.ts";
import { closeGuarded, openGuarded } from "./guarded-paths.ts";
import { watchSteering } from "./watch-steering.ts";
import { mostMemory, mostProcesses } from "./limits.ts";
import { keepFile, type PrivateFolders } from "./private-folders.ts";
import { sandboxEnvironment } from "./sandbox-environment.ts";
import { inside, isWithin, sandboxPolicy } from "./sandbox-policy.ts";
import { findSystemParts } from "./system-parts.ts";

/**
 * Closes what Belay may itself have been started with, runs the line, then tells how many processes it left: they end with their namespace, and nobody else can count them. It outlives a polite signal, so that the line can tidy up. Limits per
 * process: no core files, processes in number, data in size; and the kernel ends it before others when memory is short.
 */
const wrapper = `
for one in /proc/self/fd/*; do
  one=\${one##*/}
  case $one in [0-3]) ;; [4-9]) eval "exec $one>&-" ;; *) [ -n "$BASH_VERSION" ] && eval "exec $one>&-" ;; esac
done
ulimit -c 0; ulimit -u "$2" 2>/dev/null || ulimit -p "$2" 2>/dev/null; ulimit -d "$3" 2>/dev/null
echo 500 2>/dev/null >/proc/self/oom_score_adj
trap : TERM INT HUP
eval "$5"
"$4" -c "$1" 3>&-
code=$?
left=$((-2 - \${own:-0}))
for one in /proc/[0-9]*/stat; do
  read -r line 2>/dev/null <"$one" || continue
  case $line in *") Z "*) ;; *) left=$((left + 1)) ;; esac
done
echo "left $left" >&3
exit $code
`;

/** Launches command lines under bubblewrap. Looks at the workspace anew for each: what was not there before may be now. */
export function linuxLauncher(confinement: Confinement): Launcher {
  const { bubblewrap, folders, workspace, grants } = confinement;
  return (command, marker) => {
    for (const path of [...grants.readable, ...grants.writable]) checkGranted(path, confinement);
    const guarded = openGuarded(workspace);
    const watch = watchSteering(confinement);
    const opened: number[] = [];
    let network: CommandNetwork | null = null;
    const closeAll = (): void => {
      closeGuarded(guarded);
      for (const descriptor of opened.splice(0)) closeSync(descriptor);
    };
    try {
      network = openNetwork(confinement, marker);
      const git = findGitPlace(workspace, confinement.repositories);
      opened.push(...git.folders.flatMap(({ descriptor }) => descriptor ?? []));
      const filter = openFilter(folders);
      if (filter !== null) opened.push(filter);
      const shell = findShell({}, "linux").program;
      const system = findSystemParts();
      assembleEtc(folders.system, system);
      const { values, handed } = bubblewrapArguments({
        policy: sandboxPolicy({
          ...confinement,
          toolchains: confinement.toolchains.folders,
          system,
          git,
          guarded,
          grants,
          networkFolder: network?.folder ?? null,
        }),
        features: bubblewrap.features,
        filterDescriptor: filter === null ? null : 4,
        program: [shell, "-c", wrapper, "belay", command, ...limits(), shell, preludeOf(network)],
      });
      return {
        program: bubblewrap.program,
        values,
        environment: sandboxEnvironment(confinement.toolchains, {
          ...network?.variables,
          ...confinement.variables,
          ...marker,
        }),
        descriptors: [filter ?? openNothing(opened), ...handed],
        reports: true,
        started: closeAll,
        ended() {
          const { notes, blocked } = network?.ended() ?? { notes: [], blocked: [] };
          const taken = watch.takeBack();
          return { notes: [...taken, ...notes], blocked };
        },
      };
    } catch (error) {
      network?.ended();
      closeAll();
      throw error;
    }
  };
}

const openNetwork = (
  { network, folders, background }: Confinement,
  marker: Readonly<Record<string, string>>,
): CommandNetwork | null =>
  network?.open({
    commandId: marker[markerName] ?? "",
    base: folders.run,
    seenAt: inside.run,
    background,
  }) ?? null;

const preludeOf = (network: CommandNetwork | null): string => network?.prelude ?? "";

/** What was granted is what its name says: a link would show what it leads to. Belay's own folders cannot be granted. */
function checkGranted(path: string, { secret }: Confinement): void {
  const real = realPath(path);
  if (real === null) throw new AppError("not-found", `There is no ${path} to be granted.`);
  if (real !== path)
    throw new AppError("denied", `${path} leads to ${real}. Ask for that by its own name.`);
  if (secret.some((folder) => isWithin(folder, real) || isWithin(real, folder)))
    throw new AppError("denied", `${path} holds Belay's own data, which no command may see.`);
}

function realPath(path: string): string | null {
  try {
    return realpathSync(path);
  } catch {
    return null;
  }
}

const limits = (): string[] => [String(mostProcesses), String(Math.floor(mostMemory() / 1024))];

/** The filter in a file, from which bubblewrap reads it; null for a processor that it is not known for. */
function openFilter({ system }: PrivateFolders): number | null {
  const filter = callFilter(process.arch);
  if (filter === null) return null;
  const file = join(dirname(system), "calls.bpf");
  keepFile(file, filter);
  return openSync(file, "r");
}

/** Keeps the numbers of what is handed on where bubblewrap is told that they are. */
function openNothing(opened: number[]): number {
  const descriptor = openSync("/dev/null", "r");
  opened.push(descriptor);
  return descriptor;
}
