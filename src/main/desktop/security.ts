import { app, type Session } from "electron";
import { appOrigin } from "../ipc/sender.ts";

/** Nothing that a page could ask for is granted, and nothing but our own scheme is loaded. */
export function hardenSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === "clipboard-sanitized-write"),
  );
  session.setPermissionCheckHandler(
    (_contents, permission) => permission === "clipboard-sanitized-write",
  );
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.setSpellCheckerLanguages([]);
  session.webRequest.onBeforeRequest((details, answer) => {
    const own =
      details.url.startsWith(`${appOrigin}/`) ||
      details.url.startsWith("data:image/") ||
      details.url.startsWith("devtools:");
    answer({ cancel: !own });
  });
}

/** For every web contents there will ever be: no navigation, no windows, no embedded pages. */
export function hardenContents(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    contents.on("will-attach-webview", (event) => event.preventDefault());
    // The first load comes from main and raises none of these: whatever does is a page's own wish.
    contents.on("will-navigate", refuse);
    contents.on("will-redirect", refuse);
    contents.on("will-frame-navigate", refuse);
  });
}

function refuse(event: { preventDefault(): void }): void {
  event.preventDefault();
}
