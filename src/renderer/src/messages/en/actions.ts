/** The names of actions: the same words on a button, in a menu and in the palette. */
export const actions = {
  palette: "Show all actions",
  paletteTitle: "Actions",
  paletteSearch: "What do you want to do?",
  paletteEmpty: "No action with that name",
  newSession: "New session",
  openProject: "Open project…",
  openSettings: "Settings…",
  toggleSidebar: "Show or hide the sidebar",
  toggleReview: "Show or hide the review",
  openUsage: "Usage and cost",
  goToSession: (number: number) => `Go to session ${number}`,
  themeSystem: "Theme: as the system",
  themeLight: "Theme: light",
  themeDark: "Theme: dark",
};
