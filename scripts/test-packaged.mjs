// npm run test:packaged: packages the app as a folder, then tries the program itself: its fuses, its window, its command.
import { fileURLToPath } from "node:url";
import { packageFolder } from "./package.mjs";
import { prepare } from "./prepare.mjs";
import { runProject } from "./test.mjs";

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    prepare("test");
    const folder = await packageFolder(process.env["CI"] ? ["--registry-electron"] : process.argv);
    const { passed, failed, failures } = runProject("packaged", {
      args: [],
      environment: { BELAY_PACKAGED: folder },
    });
    if (failures.length > 0) console.log(`\nFailed:\n${failures.join("\n")}`);
    console.log(`\n${passed} passed, ${failed} failed`);
    process.exitCode = failed > 0 ? 1 : 0;
  } catch (error) {
    console.error(`Belay: ${error.message}`);
    process.exitCode = 1;
  }
}
