import { expect, test } from 'playwright/test';
import { aFolder } from '../support/folders.ts';
import { freePort } from '../support/free-port.ts';
import { startProgram } from '../support/program.ts';
import { isOfAbsence, openSidebar } from '../support/sidebar-page.ts';
import { heldDisk } from '../support/small-disk.ts';
import { playDay } from './day.ts';

test('a trader’s day in Chromium', async ({ page }) => {
  test.setTimeout(240_000);
  const disk = await heldDisk(aFolder(), '64m', null);
  const args = ['--feed', 'none', '--agents', 'none', '--port', await freePort()];
  let program = await startProgram(args, disk.folder, disk);
  const { complaints } = await openSidebar(page, program);
  await playDay({
    page,
    reach: program,
    disk,
    leave: () => program.kill(),
    comeBack: async () => {
      program = await startProgram(args, disk.folder, disk);
    },
  });
  await program.stop();
  disk.close();
  // The engine was away twice, and the browser says so; nothing else may be complained of.
  expect(complaints.filter((one) => !isOfAbsence(one))).toEqual([]);
});
