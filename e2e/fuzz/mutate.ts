/** Pieces that have broken parsers before. */
const PIECES = [
  '"__proto__":{"polluted":true}',
  '"constructor":{"prototype":{"polluted":true}}',
  '[[[[[[[[[[[[[[[[[[[[',
  '{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":',
  '5999999999-',
  '51-',
  '1e999',
  '-0',
  '9007199254740993',
  'NaN',
  '\u0000',
  '\ud800',
  '\u202e',
  '{"_placeholder":true,"num":0}',
  '{"_placeholder":true,"num":-1}',
  '"'.repeat(40),
  'null',
  'true',
  '[]',
  '/agents,',
  '/sidebar,',
  '0',
  '1',
  '4',
  'A'.repeat(5_000),
];
const MOST_CHANGES = 4;

/** A sound packet with one to four changes: characters other, gone, doubled or moved, or a piece put in. */
export function mutated(sound: string, random: () => number): string {
  const below = (end: number): number => Math.floor(random() * end);
  let text = sound;
  for (let left = 1 + below(MOST_CHANGES); left > 0; left -= 1) {
    const at = below(text.length + 1);
    const end = Math.min(text.length, at + 1 + below(12));
    const other = String.fromCharCode(random() < 0.9 ? 32 + below(95) : below(65_536));
    const changes = [
      () => text.slice(0, at) + other + text.slice(at + 1),
      () => text.slice(0, at) + text.slice(end),
      () => text.slice(0, end) + text.slice(at),
      () => text.slice(0, at) + (PIECES[below(PIECES.length)] as string) + text.slice(random() < 0.5 ? at : end),
      () => text.slice(0, at),
    ];
    text = (changes[below(changes.length)] as () => string)();
  }
  return text;
}
