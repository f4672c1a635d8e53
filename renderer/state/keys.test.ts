import fc from 'fast-check';
import { expect, it } from 'vitest';
import { windowChangeSchema } from '../../core/contract/window.ts';
import { keyCaps, keysOf } from './keys.ts';

const none = { ctrlKey: false, altKey: false, shiftKey: false, metaKey: false };

it.each([
  [{ ...none, code: 'KeyA', ctrlKey: true, altKey: true }, 'Control+Alt+A'],
  [{ ...none, code: 'Digit7', altKey: true, shiftKey: true }, 'Alt+Shift+7'],
  [{ ...none, code: 'F12', metaKey: true }, 'Super+F12'],
  [{ ...none, code: 'F5', ctrlKey: true }, 'Control+F5'],
  [{ ...none, code: 'ArrowUp', ctrlKey: true, metaKey: true }, 'Control+Super+Up'],
])('%j are %s', (pressed, keys) => {
  expect(keysOf(pressed)).toBe(keys);
});

it.each(['KeyA', 'F5', 'Space', 'Enter', 'ControlLeft', 'ShiftRight', ''])(
  '%j alone or with Shift is for writing',
  (code) => {
    expect(keysOf({ ...none, code })).toBeNull();
    expect(keysOf({ ...none, code, shiftKey: true })).toBeNull();
  },
);

it.each([
  { ...none, code: 'KeyC', ctrlKey: true },
  { ...none, code: 'KeyV', metaKey: true },
  { ...none, code: 'KeyF', ctrlKey: true },
  { ...none, code: 'ArrowUp', ctrlKey: true },
  { ...none, code: 'F4', altKey: true },
])('%j is what other programs and the desktop live by', (pressed) => {
  expect(keysOf(pressed)).toBeNull();
});

it('a key that is held to hold another is none by itself', () => {
  expect(keysOf({ ...none, code: 'AltLeft', altKey: true })).toBeNull();
  expect(keysOf({ ...none, code: 'Escape', ctrlKey: true })).toBeNull();
});

it('whatever is taken down is a setting that the window takes', () => {
  const code = fc.constantFrom('KeyQ', 'Digit0', 'F1', 'F24', 'PageDown', 'Space', 'Enter', 'Delete');
  const held = fc.record({
    code,
    ctrlKey: fc.boolean(),
    altKey: fc.boolean(),
    shiftKey: fc.boolean(),
    metaKey: fc.boolean(),
  });
  fc.assert(
    fc.property(held, (pressed) => {
      const shortcut = keysOf(pressed);
      fc.pre(shortcut !== null);
      expect(windowChangeSchema.parse({ shortcut })).toEqual({ shortcut });
    }),
  );
});

it('are shown as a keyboard has them', () => {
  expect(keyCaps('CommandOrControl+Alt+A')).toEqual(['Ctrl', 'Alt', 'A']);
});
