import { closeSync, openSync, renameSync, writeFileSync, writeSync } from "node:fs";

/** Child of the hammer test: writes a file over and over, by rename or in place, and says each version it has written. */
const [path = "", how = "rename"] = process.argv.slice(2);
for (let version = 0; ; version += 1) {
  const content = `version ${process.pid} ${version}\n`;
  if (how === "rename") {
    writeFileSync(`${path}.hammer`, content);
    renameSync(`${path}.hammer`, path);
  } else {
    const file = openSync(path, "w");
    writeSync(file, content);
    closeSync(file);
  }
  writeSync(1, content);
  const until = performance.now() + Math.random() * 4;
  while (performance.now() < until);
}
