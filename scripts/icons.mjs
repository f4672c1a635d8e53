// Draws the program's icons anew out of build/*.svg: run after a drawing has changed, and commit what comes out.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { install, root } from './set-up.mjs';

install();
const { chromium: path } = await import('./equipment.mjs');
const { chromium } = await import('playwright');

const build = (...parts) => join(root, 'build', ...parts);
const TRAY = ['live', 'starting', 'down'];
const PICTURES = [
  ['icon.svg', 1024, 'icon.png'],
  ...[16, 32, 48, 64, 128, 256, 512].map((size) => ['icon.svg', size, `icons/${size}x${size}.png`]),
  ...TRAY.flatMap((name) => [
    [`tray/${name}.svg`, 22, `tray/${name}.png`],
    [`tray/${name}.svg`, 44, `tray/${name}@2x.png`],
  ]),
];

const browser = await chromium.launch({ executablePath: await path(), args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage();
for (const [drawing, size, picture] of PICTURES) {
  await page.setViewportSize({ width: size, height: size });
  const svg = readFileSync(build(drawing)).toString('base64');
  await page.setContent(
    `<body style="margin:0"><img style="display:block;width:${size}px;height:${size}px" src="data:image/svg+xml;base64,${svg}">`,
  );
  writeFileSync(build(picture), await page.screenshot({ omitBackground: true }));
}
await browser.close();
