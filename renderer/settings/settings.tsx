import '../zod-without-eval.ts';

import '../styles/settings.css';

import { Dialog } from '../parts/dialog.tsx';
import { Appearance } from './appearance.tsx';
import { Keeping } from './keeping.tsx';
import { MarketData } from './market-data.tsx';
import { Models } from './models.tsx';
import { Tokens } from './tokens.tsx';
import { Updates } from './updates.tsx';
import { useSettings } from './use-settings.ts';
import { WindowSettings } from './window-settings.tsx';

/** How Aurora is set: who may only watch reads it, an operator changes it. */
export function Settings({ onClose }: { onClose(): void }) {
  const { shown, why, again } = useSettings();
  const mayChange = shown?.may_change ?? false;
  return (
    <Dialog title="Settings" onClose={onClose} wide>
      {shown && !mayChange && (
        <p className="note">This page may only watch: open Aurora with the operator's address to change these.</p>
      )}
      {why !== null && <p role="alert">The engine's settings are not there: {why}</p>}
      {shown && (
        <>
          <MarketData settings={shown.settings} mayChange={mayChange} />
          <Models settings={shown.settings} mayChange={mayChange} again={again} />
          {mayChange && <Tokens />}
        </>
      )}
      <Appearance />
      {window.aurora && <WindowSettings aurora={window.aurora} />}
      {shown && <Keeping settings={shown.settings} mayChange={mayChange} />}
      {window.aurora && <Updates aurora={window.aurora} />}
      <p className="opinions">Signals are opinions. Aurora places no orders.</p>
    </Dialog>
  );
}
