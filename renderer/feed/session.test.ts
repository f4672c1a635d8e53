import { describe, expect, it } from 'vitest';
import { carriesToken, takeToken } from './session.ts';

function aPage(fragment: string) {
  const kept = new Map<string, string>();
  const bar = { fragment };
  const open = (hash: string) =>
    takeToken({
      fragment: hash,
      replaceFragment: (rest) => {
        bar.fragment = rest;
      },
      storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    });
  return { bar, open };
}

describe('token intake', () => {
  it('takes the token out of the fragment and keeps it for the tab', () => {
    const page = aPage('#token=abc-123');
    expect(page.open('#token=abc-123')).toBe('abc-123');
    expect(page.bar.fragment).toBe('');
    expect(page.open('')).toBe('abc-123');
  });

  it('leaves what else stands in the fragment', () => {
    const page = aPage('#show=buy&token=abc');
    expect(page.open('#show=buy&token=abc')).toBe('abc');
    expect(page.bar.fragment).toBe('#show=buy');
  });

  it('lets a newly given token replace the kept one', () => {
    const page = aPage('');
    page.open('#token=old');
    expect(page.open('#token=new')).toBe('new');
    expect(page.open('')).toBe('new');
  });

  it('has none where none was ever given', () => {
    const page = aPage('#show=buy');
    expect(page.open('#show=buy')).toBeNull();
    expect(page.open('#token=')).toBeNull();
    expect(page.bar.fragment).toBe('#show=buy');
  });

  it('sees a token in an address pasted into an open tab', () => {
    expect(carriesToken('#token=abc')).toBe(true);
    expect(carriesToken('#show=buy')).toBe(false);
  });
});
