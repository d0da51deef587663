import { rgPath } from "@vscode/ripgrep";

/** The bundled ripgrep. Inside an app package it lies beside the archive, since a program in an archive cannot be run. */
export const ripgrepPath = rgPath.replace(/([/\\])app\.asar([/\\])/, "$1app.asar.unpacked$2");
