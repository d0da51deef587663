import type { Announcement } from "../../../shared/contract.ts";
import type { Services } from "./services.tsx";

/** Carries one announcement to where it belongs. */
export async function receiveAnnouncement(
  announcement: Announcement,
  services: Services,
): Promise<void> {
  const { app, commands, sessions, actions } = services;
  switch (announcement.topic) {
    case "session":
      sessions.receive(announcement.event);
      return;
    case "sessions-changed":
      await commands.refreshSessions();
      return;
    case "settings":
      app.setState({ settings: announcement.settings });
      return;
    case "key":
      app.setState({ key: announcement.status });
      return;
    case "coverage":
      if (app.getState().project?.path === announcement.workspace)
        app.setState({ coverage: announcement.coverage });
      return;
    case "background":
      app.setState({ background: announcement.commands });
      return;
    case "head":
      showHead(announcement, services);
      return;
    case "steering":
      if (app.getState().project?.path === announcement.workspace)
        app.setState({ steeringMoves: app.getState().steeringMoves + 1 });
      return;
    case "open-workspace":
      await commands.openProject(announcement.path);
      return;
    case "open-session":
      if (app.getState().project?.path !== announcement.workspace)
        await commands.openProject(announcement.workspace);
      await commands.showSession(announcement.sessionId);
      await commands.refreshSessions();
      return;
    case "action":
      actions.perform(announcement.action, services);
      return;
    default:
      announcement satisfies never;
  }
}

function showHead(
  { workspace, branch }: Extract<Announcement, { topic: "head" }>,
  { app }: Services,
): void {
  const { project, headMoves } = app.getState();
  if (project === null || project.path !== workspace || project.git === null) return;
  app.setState({
    headMoves: headMoves + 1,
    project: { ...project, git: { ...project.git, branch } },
  });
}
