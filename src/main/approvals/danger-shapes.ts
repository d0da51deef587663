import type { Danger } from "../../shared/approvals.ts";

/** A shape by which a program's call is known as dangerous. What is missing is not looked at. */
export interface DangerShape {
  readonly danger: Danger;
  /** The program's name, without folder. */
  readonly program: RegExp;
  /** Each must be among the arguments. */
  readonly verbs?: readonly RegExp[];
  /** One argument must look like this. Long options also by the beginnings that programs take for them. */
  readonly argument?: RegExp;
}

const git = /^git$/;

/** The shapes that show in a program and its arguments. Others are in find-dangers.ts. */
export const dangerShapes: readonly DangerShape[] = [
  { danger: "recursive-delete", program: /^rm$/, argument: /^-[a-z]*r|^--r/i },
  { danger: "recursive-delete", program: /^(?:rimraf|del-cli|trash|rmtree|trash-put)$/ },
  { danger: "recursive-delete", program: /^find$/, argument: /^-delete$/ },
  { danger: "recursive-delete", program: /^rsync$/, argument: /^--del|^--remove-source/ },
  { danger: "recursive-delete", program: /^(?:rd|rmdir|del|erase)$/, argument: /^\/s$/i },
  {
    danger: "recursive-delete",
    program: /^(?:remove-item|ri|rm|rmdir|rd|del)$/,
    argument: /^-rec?/i,
  },
  { danger: "recursive-delete", program: /^robocopy$/, argument: /^\/(?:mir|purge)$/i },
  {
    danger: "recursive-delete",
    program: /^(?:python[\d.]*|node|ruby|perl|deno|bun|php)$/,
    argument: /rmtree|rmSync|rm_rf|remove_tree|rimraf|fs\.rm\(|remove_dir_all/,
  },

  {
    danger: "force-push",
    program: git,
    verbs: [/^push$/],
    argument: /^-[a-zA-Z]*[fd]|^--(?:fo|mi|de|pru)|^\+|^:./,
  },
  { danger: "discard-changes", program: git, verbs: [/^reset$/], argument: /^--(?:ha|me|k)/ },
  {
    danger: "discard-changes",
    program: git,
    verbs: [/^clean$/],
    argument: /^-[a-zA-Z]*[fxX]|^--fo/,
  },
  {
    danger: "discard-changes",
    program: git,
    verbs: [/^(?:checkout|switch)$/],
    argument: /^-[a-zA-Z]*f|^--(?:fo|di|ours|theirs)|^--$|^\.$|^:\//,
  },
  { danger: "discard-changes", program: git, verbs: [/^restore$/] },
  { danger: "discard-changes", program: git, verbs: [/^stash$/, /^(?:drop|clear)$/] },
  {
    danger: "discard-changes",
    program: git,
    verbs: [/^worktree$/, /^remove$/],
    argument: /^-f|^--f/,
  },
  { danger: "discard-changes", program: /^(?:hg|svn)$/, verbs: [/^(?:revert|purge)$/] },

  {
    danger: "rewrite-history",
    program: git,
    verbs: [/^(?:filter-branch|filter-repo|rebase|replace)$/],
  },
  { danger: "rewrite-history", program: git, verbs: [/^commit$/], argument: /^--am/ },
  {
    danger: "rewrite-history",
    program: git,
    verbs: [/^(?:branch|tag)$/],
    argument: /^-[a-zA-Z]*[dDmMfC]|^--(?:de|fo|mo)/,
  },
  { danger: "rewrite-history", program: git, verbs: [/^update-ref$/] },
  { danger: "rewrite-history", program: git, verbs: [/^reflog$/, /^(?:expire|delete)$/] },
  { danger: "rewrite-history", program: git, verbs: [/^gc$/], argument: /^--(?:prune|aggr)/ },
  { danger: "rewrite-history", program: git, verbs: [/^(?:prune|fast-import)$/] },
  { danger: "rewrite-history", program: /^(?:bfg|git-filter-repo)$/ },
  /* Settings by which git starts a program of the command's choice. */
  {
    danger: "text-run",
    program: git,
    argument:
      /^(?:alias\..*|core\.(?:pager|editor|sshcommand|fsmonitor|hookspath|askpass|gitproxy)|.*\.(?:command|cmd|textconv|driver|clean|smudge|process|helper|program)|sequence\.editor|include.*)=/i,
  },

  {
    danger: "recursive-permissions",
    program: /^(?:chmod|chown|chgrp|setfacl|chattr|chcon)$/,
    argument: /^-[a-zA-Z]*R|^--rec/,
  },
  { danger: "recursive-permissions", program: /^(?:icacls|takeown)$/, argument: /^\/[tr]$/i },

  {
    danger: "disk",
    program:
      /^(?:mkfs(?:\..*)?|mke2fs|fdisk|sfdisk|cfdisk|gdisk|sgdisk|parted|wipefs|blkdiscard|shred|srm|hdparm|cryptsetup|mkswap|badblocks|diskpart|format|format-volume|clear-disk|initialize-disk|tune2fs|lvremove|vgremove|pvremove|zpool|losetup)$/,
  },
  { danger: "disk", program: /^dd$/, argument: /^of=/ },
  { danger: "disk", program: /^diskutil$/, argument: /^(?:erase|partition|apfs|zero|secure)/i },

  { danger: "kill-many", program: /^(?:killall|pkill|killall5|skill|slay)$/ },
  { danger: "kill-many", program: /^kill$/, argument: /^(?:-1|0)$/ },
  { danger: "kill-many", program: /^taskkill$/, argument: /^\/(?:im|fi)$/i },
  { danger: "kill-many", program: /^stop-process$/, argument: /^-n/i },

  {
    danger: "shutdown",
    program: /^(?:shutdown|reboot|halt|poweroff|telinit|stop-computer|restart-computer)$/,
  },
  { danger: "shutdown", program: /^init$/, argument: /^[06]$/ },
  {
    danger: "shutdown",
    program: /^systemctl$/,
    argument: /^(?:poweroff|reboot|halt|kexec|suspend|hibernate|isolate|rescue|emergency)$/,
  },

  {
    danger: "administrator",
    program: /^(?:sudo|doas|su|pkexec|runas|gsudo|run0|sudoedit|visudo|chroot)$/,
  },

  { danger: "drop-data", program: /^(?:dropdb|dropuser)$/ },
  {
    danger: "drop-data",
    program: /^(?:psql|mysql|mariadb|sqlite3|sqlcmd|clickhouse(?:-client)?|duckdb|cqlsh)$/,
    argument: /\b(?:drop|truncate)\b|\bdelete\s+from\b(?![^;]*\bwhere\b)/i,
  },
  {
    danger: "drop-data",
    program: /^(?:mongosh|mongo)$/,
    argument: /drop\w*\(|deleteMany\(\s*\{\s*\}/,
  },
  { danger: "drop-data", program: /^redis-cli$/, argument: /^flush(?:all|db)$/i },
  {
    danger: "drop-data",
    program:
      /^(?:rails|rake|prisma|artisan|php|manage\.py|python[\d.]*|sequelize|typeorm|knex|alembic|diesel)$/,
    argument:
      /^(?:db:(?:drop|reset|purge|schema:load)|migrate:(?:fresh|reset)|flush|schema:drop|reset|db:wipe)$/,
  },

  {
    danger: "remote-destroy",
    program: /^(?:terraform|tofu|pulumi|cdk|serverless|sls|flyctl|fly)$/,
    verbs: [/^(?:destroy|apply|up|remove|down)$/],
  },
  {
    danger: "remote-destroy",
    program: /^(?:kubectl|oc|helm)$/,
    verbs: [/^(?:delete|drain|uninstall)$/],
  },
  {
    danger: "remote-destroy",
    program: /^(?:aws|gcloud|az|aliyun|heroku|doctl|gsutil|s3cmd|rclone|ossutil(?:64)?)$/,
    argument: /^(?:rm|rb|delete.*|terminate.*|.*:destroy|purge|sync|remove|destroy)$/i,
  },
  {
    danger: "remote-destroy",
    program: /^(?:docker|podman|nerdctl)$/,
    verbs: [/^(?:prune|rm|rmi|down)$/],
  },
  { danger: "remote-destroy", program: /^gh$/, verbs: [/^(?:delete|archive|transfer)$/] },

  {
    danger: "publish",
    program:
      /^(?:npm|pnpm|yarn|bun|cargo|gem|poetry|uv|hatch|flit|deno|lerna|mvn|gradle|twine|dotnet|pub)$/,
    verbs: [/^(?:publish|unpublish|yank|push|upload|deploy|deprecate)$/],
  },
  { danger: "publish", program: /^(?:docker|podman)$/, verbs: [/^push$/] },
  { danger: "publish", program: /^gh$/, verbs: [/^(?:create|upload|merge)$/] },
  {
    danger: "publish",
    program: /^(?:vercel|netlify|wrangler|firebase|surge|eb)$/,
    argument: /^(?:deploy|publish|--prod)$/,
  },

  { danger: "schedule", program: /^(?:crontab|at|batch|schtasks|launchctl)$/ },
  { danger: "schedule", program: /^systemctl$/, argument: /^(?:enable|link|edit)$/ },
];
