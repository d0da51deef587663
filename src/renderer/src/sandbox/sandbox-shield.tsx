import { Shield, ShieldAlert, ShieldCheck, type LucideIcon } from "lucide-react";
import { useApp } from "../app/services.tsx";
import { cx } from "../ui/cx.ts";
import { useMessages } from "../messages/messages.tsx";
import { Popover } from "../ui/popover.tsx";
import { SandboxCheck } from "./sandbox-check.tsx";
import { standingOf, type SandboxStanding } from "./sandbox-standing.ts";

const icons: Readonly<Record<SandboxStanding, LucideIcon>> = {
  checking: Shield,
  proven: ShieldCheck,
  partly: ShieldAlert,
  missing: ShieldAlert,
};

/** Whether commands are kept to the project, always in sight; opens to what was tried. */
export function SandboxShield() {
  const { sandbox: words } = useMessages();
  const hasProject = useApp((state) => state.project !== null);
  const standing = standingOf(useApp((state) => state.sandbox));
  if (!hasProject) return null;
  const Icon = icons[standing];
  const isOpenWound = standing === "partly" || standing === "missing";
  return (
    <Popover
      align="end"
      label={words.title}
      trigger={
        <button
          type="button"
          aria-label={`${words.title}: ${words[standing]}`}
          className={cx(
            "inline-flex h-7 shrink-0 items-center gap-1.5 rounded-control px-1.5 text-label hover:bg-hover data-[state=open]:bg-hover",
            isOpenWound ? "text-needs" : "text-secondary hover:text-primary",
          )}
        >
          <Icon className={cx("icon", standing === "proven" && "text-ok")} aria-hidden />
          <span className={isOpenWound ? "max-[1099px]:hidden" : "max-[1279px]:hidden"}>
            {words[standing]}
          </span>
        </button>
      }
    >
      <SandboxCheck standing={standing} />
    </Popover>
  );
}
