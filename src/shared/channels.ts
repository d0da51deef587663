/** The two channels of the bridge. This file has no imports, so that the preload script stays a few lines. */
export const callChannel = "belay:call";
export const eventChannel = "belay:event";
