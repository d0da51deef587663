import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bubblewrapArguments } from "../../../../src/main/shell/sandbox/bubblewrap-arguments.ts";
import { noGrants } from "../../../../src/main/shell/sandbox/grants.ts";
import {
  isWithin,
  refuseToConfine,
  sandboxPolicy,
  type PolicyFacts,
} from "../../../../src/main/shell/sandbox/sandbox-policy.ts";

const facts: PolicyFacts = {
  networkFolder: null,
  workspace: "/home/a/project",
  system: [
    { path: "/usr", link: null, isFile: false },
    { path: "/bin", link: "usr/bin", isFile: false },
    { path: "/etc/services", link: null, isFile: true },
  ],
  toolchains: ["/home/a/.rustup"],
  folders: {
    home: "/data/w/home",
    temporary: "/data/w/tmp",
    run: "/data/w/run",
    held: "/data/w/held",
    system: "/data/w/etc",
  },
  git: {
    folders: [{ path: "/home/a/project/.git", descriptor: 21 }],
    executing: ["/home/a/project/.git/hooks"],
  },
  guarded: [{ parts: [".github", "workflows"], descriptor: 22 }],
  secret: ["/data"],
  grants: noGrants,
};
const features = { bindsDescriptors: true, disablesNamespaces: true };
const argumentsOf = (
  changed: Partial<PolicyFacts>,
  some: Partial<typeof features> = {},
): string => {
  const policy = sandboxPolicy({ ...facts, ...changed });
  const command = {
    policy,
    features: { ...features, ...some },
    filterDescriptor: 4,
    program: ["sh"],
  };
  return bubblewrapArguments(command).values.join(" ");
};

describe("sandboxPolicy", () => {
  it("shows the workspace for writing, its history and what steers read only, and little else", () => {
    expect(argumentsOf({})).toBe(
      "--unshare-user --unshare-pid --unshare-ipc --unshare-uts --unshare-net --unshare-cgroup-try --disable-userns " +
        "--die-with-parent --new-session --cap-drop ALL --hostname belay --proc /proc --dev /dev " +
        "--ro-bind /proc/sys /proc/sys --ro-bind-try /proc/sysrq-trigger /proc/sysrq-trigger " +
        "--ro-bind /data/w/etc /etc --ro-bind /usr /usr --symlink usr/bin /bin " +
        "--bind /data/w/tmp /tmp --bind /data/w/tmp /var/tmp --bind /data/w/home /belay/home " +
        "--ro-bind /home/a/.rustup /home/a/.rustup --bind /home/a/project /home/a/project " +
        "--bind /home/a/project/.github /home/a/project/.github --ro-bind-fd 5 /home/a/project/.github/workflows " +
        "--ro-bind-fd 6 /home/a/project/.git --remount-ro / --chdir /home/a/project --seccomp 4 -- sh",
    );
  });

  it("binds by name where bubblewrap knows no descriptors, and leaves out what it does not know", () => {
    const old = argumentsOf({}, { bindsDescriptors: false, disablesNamespaces: false });
    expect(old).toContain("--ro-bind /home/a/project/.git /home/a/project/.git");
    expect(old).not.toMatch(/-fd|--disable-userns/);
  });

  it("opens the history for a grant, but not what git would execute", () => {
    const open = argumentsOf({ grants: { ...noGrants, gitHistory: true } });
    expect(open).toContain("--bind-fd 6 /home/a/project/.git --ro-bind /home/a/project/.git/hooks");
  });

  it("opens what steers for a grant of its own", () => {
    expect(argumentsOf({ grants: { ...noGrants, steering: true } })).not.toContain("workflows");
  });

  it("hides Belay's own folders where they lie in the workspace", () => {
    const hidden = argumentsOf({ secret: ["/home/a/project/.local/belay"] });
    expect(hidden).toContain(
      "--tmpfs /home/a/project/.local/belay --remount-ro /home/a/project/.local/belay",
    );
  });

  it("never shows a toolchain folder that holds the workspace", () => {
    expect(argumentsOf({ toolchains: ["/home/a"] })).not.toContain("--ro-bind /home/a /home/a");
  });

  it("adds nothing from outside without a grant, whatever the workspace is called", () => {
    const name = fc.stringMatching(/^[\w .'"$-]{1,12}$/).filter((one) => !/^\.+$/.test(one));
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (parts) => {
        const workspace = `/home/${parts.join("/")}`;
        const { mounts } = sandboxPolicy({ ...facts, workspace, toolchains: [], guarded: [] });
        const written = mounts.filter((mount) => mount.how === "write").map(({ to }) => to);
        expect(written).toEqual(["/tmp", "/var/tmp", "/belay/home", workspace]);
      }),
    );
  });
});

describe("refuseToConfine", () => {
  it.each(["/", "/usr", "/proc", "/etc", "/dev"])("does not confine to %s", (workspace) => {
    const system = [...facts.system, { path: "/etc/localtime", link: null, isFile: true }];
    expect(refuseToConfine(workspace, system)).not.toBeNull();
  });

  it("confines to a home folder and to one in /tmp", () => {
    expect(refuseToConfine("/home/a", facts.system)).toBeNull();
    expect(refuseToConfine("/tmp/x", facts.system)).toBeNull();
  });
});

describe("isWithin", () => {
  it("is no prefix check", () => {
    expect(isWithin("/srv/a-evil/b", "/srv/a")).toBe(false);
    expect(isWithin("/srv/a/b", "/srv/a")).toBe(true);
    expect(isWithin("/srv/a", "/srv/a/")).toBe(false);
  });
});
