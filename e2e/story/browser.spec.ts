import { expect, test } from 'playwright/test';
import { foreignHands } from '../support/foreign-agent.ts';
import { freePort } from '../support/free-port.ts';
import { startProgram } from '../support/program.ts';
import { expectRows, isOfAbsence, openSidebar } from '../support/sidebar-page.ts';
import { playStory } from './play.ts';
import { EXPECTED_ACKS, EXPECTED_ROWS } from './story.ts';

test('the story in Chromium: the rows, their marks and reasons, and the same after kill -9 and a second start', async ({
  page,
}) => {
  const empty = ['--feed', 'none', '--agents', 'none', '--port', await freePort()];
  const program = await startProgram(empty);
  const { complaints } = await openSidebar(page, program);
  await expect(page.getByRole('status')).toHaveText('Live');
  await expect(page.getByText('No agent is connected.')).toBeVisible();

  const hands = await foreignHands(program);
  expect(await playStory(hands)).toEqual(EXPECTED_ACKS);
  await expectRows(page, EXPECTED_ROWS);

  const both = page.getByRole('listitem', { name: 'BOTH/USD' });
  await expect(both.getByText('before adjustment 90%')).toBeAttached();
  await both.getByRole('button', { name: 'Degraded' }).focus();
  await expect(page.getByRole('tooltip')).toContainText('A fallback model answered (× 0.8)');
  await both.getByRole('button', { name: 'Hidden Hand' }).focus();
  await expect(page.getByRole('tooltip')).toContainText('potential upthrust, confidence halved');

  await page.getByRole('button', { name: 'BOTH/USD' }).click();
  const detail = page.getByRole('region', { name: 'Selected signal' });
  await expect(detail.getByRole('heading', { name: 'Why 36%' })).toBeVisible();
  await expect(detail.getByRole('list')).toContainText(/Model said\s*90%.*× 0.8\s*72%.*× 0.5\s*36%.*Shown\s*36%/s);

  hands.close();
  await program.kill();
  await expect(page.getByRole('status')).toContainText('Reconnecting (last update');
  const again = await startProgram(empty, program.data);
  await expect(page.getByRole('status')).toHaveText('Live', { timeout: 15_000 });
  await expectRows(page, EXPECTED_ROWS);
  await again.stop();
  // The engine was away for a moment, and the browser says so; nothing else may be complained of.
  expect(complaints.filter((one) => !isOfAbsence(one))).toEqual([]);
});
