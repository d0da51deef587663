import type { Mount, SandboxPolicy } from "./sandbox-policy.ts";

/** What the installed bubblewrap can do beyond version 0.4. */
export interface BubblewrapFeatures {
  /** Binds by descriptor, so that nothing put in a path's place is followed. */
  readonly bindsDescriptors: boolean;
  /** Keeps the sandbox from making namespaces of its own. */
  readonly disablesNamespaces: boolean;
}

export interface BubblewrapCommand {
  readonly policy: SandboxPolicy;
  readonly features: BubblewrapFeatures;
  /** The descriptor in the child that holds the system call filter; null where there is none. */
  readonly filterDescriptor: number | null;
  readonly program: readonly string[];
}

const words = (text: string): readonly string[] => text.split(" ");

const namespaces = words(
  "--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-net --unshare-cgroup-try",
);
const alone = words("--die-with-parent --new-session --cap-drop ALL --hostname belay");
/** To root's own user id, kernel settings are open even without a capability. */
const kernel = words(
  "--proc /proc --dev /dev --ro-bind /proc/sys /proc/sys --ro-bind-try /proc/sysrq-trigger /proc/sysrq-trigger",
);

/** The number in the child of the first descriptor handed on: after the three streams, the report and the filter. */
export const firstHandedDescriptor = 5;

/**
 * Arguments for bubblewrap. Every namespace is its own, also the network's; no capability is kept, so root is nobody special inside.
 * `handed` are the descriptors to pass to the child, in order, from `firstHandedDescriptor` on.
 */
export function bubblewrapArguments(command: BubblewrapCommand): {
  readonly values: readonly string[];
  readonly handed: readonly number[];
} {
  const { policy, features, filterDescriptor, program } = command;
  const handed: number[] = [];
  const mounts = policy.mounts.flatMap((mount) => mountArguments(mount, features, handed));
  return {
    handed,
    values: [
      ...namespaces,
      ...(features.disablesNamespaces ? ["--disable-userns"] : []),
      ...alone,
      ...kernel,
      ...mounts,
      "--remount-ro",
      "/",
      "--chdir",
      policy.workingFolder,
      ...(filterDescriptor === null ? [] : ["--seccomp", String(filterDescriptor)]),
      "--",
      ...program,
    ],
  };
}

function mountArguments(mount: Mount, features: BubblewrapFeatures, handed: number[]): string[] {
  if (mount.how === "link") return ["--symlink", mount.target, mount.to];
  if (mount.how === "empty") return ["--tmpfs", mount.to, "--remount-ro", mount.to];
  const option = mount.how === "read" ? "--ro-bind" : "--bind";
  if (mount.descriptor === undefined || !features.bindsDescriptors)
    return [option, mount.from, mount.to];
  handed.push(mount.descriptor);
  return [`${option}-fd`, String(firstHandedDescriptor + handed.length - 1), mount.to];
}
