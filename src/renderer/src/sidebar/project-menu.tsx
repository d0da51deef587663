import { ChevronsUpDown, Folder, FolderOpen } from "lucide-react";
import { folderName } from "../app/format.ts";
import { useApp, useServices } from "../app/services.tsx";
import { useMessages } from "../messages/messages.tsx";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../ui/menu.tsx";

const shownRecent = 8;

/** The open project's name; opens another. */
export function ProjectMenu() {
  const messages = useMessages();
  const { commands, attempt } = useServices();
  const project = useApp((state) => state.project);
  const recent = useApp((state) => state.recent);
  if (project === null) return null;
  const others = recent.filter((entry) => entry.path !== project.path).slice(0, shownRecent);
  return (
    <Menu
      trigger={
        <button
          type="button"
          aria-label={messages.app.projectMenu(project.name)}
          title={project.path}
          className="flex h-8 shrink-0 items-center gap-2 rounded-control px-2 text-ui font-semibold hover:bg-hover data-[state=open]:bg-hover"
        >
          <span className="min-w-0 flex-1 truncate text-left">{project.name}</span>
          <ChevronsUpDown className="icon text-muted" aria-hidden />
        </button>
      }
    >
      {others.length > 0 && <MenuLabel>{messages.app.recentProjects}</MenuLabel>}
      {others.map((entry) => (
        <MenuItem
          key={entry.path}
          icon={Folder}
          onSelect={() => {
            attempt(() => commands.openProject(entry.path));
          }}
        >
          <span title={entry.path}>{folderName(entry.path)}</span>
        </MenuItem>
      ))}
      {others.length > 0 && <MenuSeparator />}
      <MenuItem
        icon={FolderOpen}
        onSelect={() => {
          attempt(commands.chooseProject);
        }}
      >
        {messages.app.openProject}
      </MenuItem>
    </Menu>
  );
}
