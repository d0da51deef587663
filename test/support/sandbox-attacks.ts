/** One thing a hostile command tries. `secret` is what must never be printed, and `$outside` must stay as it was. */
export interface Attack {
  readonly name: string;
  readonly script: string;
}

export interface AttackPlaces {
  /** Holds `secret.txt` with the secret, and a folder `data`. */
  readonly outside: string;
  readonly root: string;
  /** The real home folder. */
  readonly home: string;
}

const quote = (path: string): string => `'${path.replaceAll("'", String.raw`'\''`)}'`;

/** Every way to a file from in here: straight, by detours, through links, through /proc. */
function waysTo(path: string, { root }: AttackPlaces): readonly string[] {
  const up = "../".repeat(root.split("/").length + 2);
  const slug = path.replaceAll(/\W/g, "_");
  return [
    quote(path),
    quote(`${root}/${up}${path.slice(1)}`),
    quote(`/proc/self/root${path}`),
    quote(`/proc/1/root${path}`),
    quote(`/proc/self/cwd/${up}${path.slice(1)}`),
    quote(`//${path}`),
    `"$(ln -sfn ${quote(path)} l_${slug}; echo l_${slug})"`,
    `"$(ln -sfn ${quote(path.slice(0, path.lastIndexOf("/")))} d_${slug}; echo d_${slug}/${path.slice(path.lastIndexOf("/") + 1)})"`,
  ];
}

const readers: readonly ((path: string) => string)[] = [
  (path) => `cat ${path}`,
  (path) => `cp ${path} ./copied && cat ./copied`,
  (path) => `ln ${path} ./hard && cat ./hard`,
  (path) => `tar cf - ${path} | strings`,
  (path) => `while read -r line; do echo "$line"; done < ${path}`,
  (path) => `dd if=${path} 2>/dev/null`,
  (path) => `sed -n p ${path}`,
  (path) => `install -m 644 ${path} ./put && cat ./put`,
  (path) => `ls -d ${path} | grep -c secret.txt >/dev/null; od -c ${path}`,
];

const writers: readonly ((path: string) => string)[] = [
  (path) => `echo pwned > ${path}`,
  (path) => `echo pwned >> ${path}`,
  (path) => `rm -rf ${path}`,
  (path) => `mv ${path} ./taken`,
  (path) => `chmod 777 ${path}`,
  (path) => `ln -f ./a.txt ${path}`,
  (path) => `cp ./a.txt ${path}`,
  (path) => `touch -d 2001-01-01 ${path}`,
  (path) => `mkdir -p ${path}.d && echo pwned > ${path}.d/x`,
];

/** Reads and writes of what lies outside, each in every way. */
export function pathAttacks(places: AttackPlaces): readonly Attack[] {
  const { outside } = places;
  const targets = [
    `${outside}/secret.txt`,
    `${outside}/data/settings.json`,
    `${outside}/someone/.ssh/id_ed25519`,
  ];
  const reads = targets.flatMap((target) =>
    waysTo(target, places).flatMap((way) => readers.map((reader) => reader(way))),
  );
  const writes = waysTo(`${outside}/secret.txt`, places).flatMap((way) =>
    writers.map((writer) => writer(way)),
  );
  return [...reads, ...writes].map((script) => ({ name: script, script }));
}

/** Prints ESCAPED when it gets where it must not. */
const seen = (test: string): string => `${test} && echo ESCAPED`;

/** The ways that lead not through a path's name: processes, namespaces, sockets, the terminal, devices, git. */
export function otherAttacks({ home }: AttackPlaces): readonly Attack[] {
  const scripts: Readonly<Record<string, string>> = {
    "sees the home folder": seen(`[ -e ${home}/.bashrc ] || [ -e ${home}/.ssh ]`),
    "writes to the home folder": seen(`mkdir -p ${home}/.config/autostart 2>/dev/null`),
    "sees other users": seen(
      '[ -n "$(ls /home 2>/dev/null | grep -v belay)" ] && [ ! -e /home/linuxbrew ]',
    ),
    "reads /etc/shadow": seen("[ -r /etc/shadow ]"),
    "reads the machine's id": seen("[ -r /etc/machine-id ]"),
    "reads private keys of the system": seen("[ -e /etc/ssl/private ]"),
    "sees /run": seen('[ -e /run ] && [ -n "$(ls -A /run)" ]'),
    "sees /mnt, /media or /srv": seen("[ -e /mnt ] || [ -e /media ] || [ -e /srv ]"),
    "sees other processes": seen('[ "$(ls -d /proc/[0-9]* | wc -l)" -gt 40 ]'),
    "reads another process's environment": seen("grep -zq PLANTED_VARIABLE /proc/[0-9]*/environ"),
    "is traced out of the namespace": seen(
      "[ -e /proc/$PPID/root/home ] && ls /proc/$PPID/root/root/.bashrc",
    ),
    "mounts a file system": seen("mount -t tmpfs none /tmp 2>/dev/null"),
    "unmounts what protects": seen("umount .git 2>/dev/null || umount -l .vscode 2>/dev/null"),
    "remounts for writing": seen("mount -o remount,rw,bind .git 2>/dev/null"),
    "makes a user namespace": seen("unshare -Ur true 2>/dev/null"),
    "joins a namespace": seen("nsenter -t 1 -m true 2>/dev/null"),
    "changes the root": seen("chroot / true 2>/dev/null"),
    "makes a device": seen("mknod disk b 254 0 2>/dev/null"),
    "reads a disk": seen("ls /dev | grep -qE '^(sd|vd|nvme|mem|kmsg)'"),
    "becomes root by a setuid program": seen(
      "[ -u ./setuid ] && ./setuid 2>/dev/null | grep -q uid=0.*euid",
    ),
    "writes kernel settings": seen(
      // Its own value: a test that fails must not change the machine.
      'value=$(cat /proc/sys/kernel/core_pattern) && echo "$value" > /proc/sys/kernel/core_pattern 2>/dev/null',
    ),
    "triggers sysrq": seen("echo h > /proc/sysrq-trigger 2>/dev/null"),
    "lowers its score for the out-of-memory killer": seen(
      "echo -900 > /proc/self/oom_score_adj 2>/dev/null",
    ),
    "finds a D-Bus socket": seen(
      '[ -e /run/dbus/system_bus_socket ] || [ -e /var/run/dbus ] || [ -n "$DBUS_SESSION_BUS_ADDRESS" ]',
    ),
    "finds an ssh agent": seen('[ -n "$SSH_AUTH_SOCK$GPG_AGENT_INFO" ]'),
    "finds docker": seen(
      "[ -e /var/run/docker.sock ] || [ -e /run/docker.sock ] || [ -e /run/podman ]",
    ),
    "finds a display": seen('[ -n "$DISPLAY$WAYLAND_DISPLAY" ] || [ -e /tmp/.X11-unix ]'),
    "has a terminal": seen("(exec 3<>/dev/tty) 2>/dev/null"),
    "sees a network": seen('[ "$(grep -c : /proc/net/dev)" -gt 1 ]'),
    "connects to an address": seen("(exec 3<>/dev/tcp/1.1.1.1/443) 2>/dev/null"),
    "connects to the metadata service": seen("(exec 3<>/dev/tcp/169.254.169.254/80) 2>/dev/null"),
    "resolves a name": seen("(exec 3<>/dev/tcp/example.com/80) 2>/dev/null"),
    "finds an abstract socket": seen("grep -q '@' /proc/net/unix"),
    "commits with another git folder": seen(
      "GIT_DIR=.git git -c user.name=x -c user.email=x commit --allow-empty -qm x 2>/dev/null",
    ),
    "sets a hooks folder": seen("git config core.hooksPath /tmp 2>/dev/null"),
    "sets a file system monitor": seen(
      "git config --local core.fsmonitor 'touch pwned' 2>/dev/null",
    ),
    "plants a hook": seen("{ echo x > .git/hooks/pre-commit; } 2>/dev/null"),
    "removes the history": "rm -rf .git; true",
    "moves the history aside": seen("mv .git old 2>/dev/null"),
    "puts a link in git's place": seen("ln -sfn /tmp .git 2>/dev/null && [ -L .git ]"),
    "changes an editor's tasks": seen("{ echo x > .vscode/tasks.json; } 2>/dev/null"),
    "moves the editor's folder aside": seen("mv .vscode v 2>/dev/null"),
    "moves the folder above CI aside": seen("mv .github g 2>/dev/null"),
    "adds to CI": seen("{ echo x > .github/workflows/new.yml; } 2>/dev/null"),
    "changes .envrc by a rename": seen("echo x > e && mv e .envrc 2>/dev/null"),
    "changes .envrc by a hard link": seen("ln .envrc e2 2>/dev/null && echo x > e2"),
    "changes a submodule's history": seen("{ echo x > nested/.git/config; } 2>/dev/null"),
  };
  return Object.entries(scripts).map(([name, script]) => ({ name, script }));
}

/** All of them in one script: each in a shell of its own, with a line that names it before what it prints. */
export function attackScript(attacks: readonly Attack[]): string {
  return attacks
    .map(({ script }, index) => `echo "#${index}"; ( ${script} ) </dev/null 2>&1`)
    .join("\n");
}

/** What each attack printed. */
export function attackOutputs(output: string, attacks: readonly Attack[]): readonly string[] {
  const parts = output.split(/^#(\d+)\n/m);
  return attacks.map((_attack, index) => parts[parts.indexOf(String(index)) + 1] ?? "");
}
