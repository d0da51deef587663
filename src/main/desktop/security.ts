import { app, type Session } from "electron";
import { appOrigin } from "../ipc/sender.ts";

/** Before the app is ready: every page in Chromium's sandbox, and no name that Chromium would resolve for one. */
export function hardenProcess(): void {
  // Root has no sandbox to enable (scripts/start.mjs says so): Chromium would refuse to start its processes.
  if (!app.commandLine.hasSwitch("no-sandbox")) app.enableSandbox();
  // Main speaks to the model through Node; no page may reach anything, not even by a prefetched name.
  app.commandLine.appendSwitch("host-resolver-rules", "MAP * ~NOTFOUND");
  // No crash reporter is started, and Chromium writes no dumps either: they would hold prompts and keys.
  app.commandLine.appendSwitch("disable-breakpad");
  // No port through which another program could drive our pages; whoever starts us may still do so by a pipe of their own.
  if (app.isPackaged)
    for (const name of ["remote-debugging-port", "remote-debugging-address", "js-flags"])
      app.commandLine.removeSwitch(name);
}

/** Nothing that a page could ask for is granted but writing text to the clipboard, and nothing but our own scheme is loaded. */
export function hardenSession(session: Session): void {
  const granted = "clipboard-sanitized-write";
  session.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permission === granted),
  );
  session.setPermissionCheckHandler((_contents, permission) => permission === granted);
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, answer) => answer({}));
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerLanguages([]);
  session.on("will-download", refuse);
  session.webRequest.onBeforeRequest((details, answer) => {
    const own =
      details.url.startsWith(`${appOrigin}/`) ||
      details.url.startsWith("data:image/") ||
      (!app.isPackaged && details.url.startsWith("devtools:"));
    answer({ cancel: !own });
  });
}

/** For every web contents there will ever be: no navigation, no windows, no embedded pages. */
export function hardenContents(): void {
  app.on("web-contents-created", (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: "deny" }));
    contents.setWebRTCIPHandlingPolicy("disable_non_proxied_udp");
    contents.on("will-attach-webview", refuse);
    // The first load comes from main and raises none of these: whatever does is a page's own wish.
    contents.on("will-navigate", refuse);
    contents.on("will-redirect", refuse);
    contents.on("will-frame-navigate", refuse);
  });
}

function refuse(event: { preventDefault(): void }): void {
  event.preventDefault();
}
