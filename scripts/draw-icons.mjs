// Draws the app icon and the tray icons as PNG files: a belay ring, with a dot for the state. Run by hand when they change.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { crc32, deflateSync } from "node:zlib";
import { root } from "./prepare.mjs";

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([frame.subarray(0, 4), body, check]);
}

/** A square PNG from a function of pixel centre → [r, g, b, coverage 0–1]. */
function png(size, paint) {
  const rows = Buffer.alloc(size * (size * 4 + 1));
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const [r, g, b, a] = paint((x + 0.5) / size, (y + 0.5) / size);
      rows.set(
        [r, g, b, Math.round(Math.min(1, Math.max(0, a)) * 255)],
        y * (size * 4 + 1) + 1 + x * 4,
      );
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(rows)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** Coverage of a ring with a rope through it: a circle band open at the lower right, and a slanted line. */
function mark(x, y, size) {
  const soft = (distance) => 0.5 - distance * size;
  const fromCentre = Math.hypot(x - 0.5, y - 0.5);
  const band = soft(Math.abs(fromCentre - 0.33) - 0.075);
  const line = y > 0.02 && y < 0.98 ? soft(Math.abs(x - 0.5) - 0.055) : 0;
  return Math.max(band, line);
}

const dotCoverage = (x, y, size) => 0.5 - (Math.hypot(x - 0.78, y - 0.78) - 0.2) * size;

function trayIcon(size, ink, dot) {
  return png(size, (x, y) => {
    const inDot = dot === null ? 0 : dotCoverage(x, y, size);
    if (inDot > 0) return [...dot, inDot];
    return [...ink, mark(x, y, size)];
  });
}

const folder = join(root, "resources/tray");
mkdirSync(folder, { recursive: true });
const states = { idle: null, running: [0x80, 0x98, 0xff], "needs-you": [0xe5, 0xb4, 0x54] };
for (const [state, dot] of Object.entries(states)) {
  writeFileSync(join(folder, `${state}.png`), trayIcon(32, [0xa6, 0xaa, 0xb2], dot));
  writeFileSync(
    join(folder, `${state}Template.png`),
    trayIcon(32, [0, 0, 0], dot === null ? null : [0, 0, 0]),
  );
}
writeFileSync(
  join(root, "resources/icon.png"),
  png(512, (x, y) => {
    const inside = 0.5 - (Math.max(Math.abs(x - 0.5), Math.abs(y - 0.5)) - 0.46) * 512;
    const ink = mark(0.5 + (x - 0.5) * 1.45, 0.5 + (y - 0.5) * 1.45, 512);
    const shade = Math.min(1, Math.max(0, ink));
    const mix = (from, to) => Math.round(from + (to - from) * shade);
    return [mix(0x1a, 0x80), mix(0x1b, 0x98), mix(0x1e, 0xff), inside];
  }),
);
