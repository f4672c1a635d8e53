import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentResultSchema } from '../contract/result.ts';
import { readAnswer } from './answer.ts';
import { GARBAGE, GOOD } from './testing/garbage.ts';

const read = (content: string) => readAnswer(content, 'ADA/BTC');
const opinion = { signal: 'BUY', confidence: 0.8, risk_score: 0.3, reasoning: GOOD.reasoning };
const json = JSON.stringify(GOOD);

describe('an answer that can be used', () => {
  it.each([
    ['as it is', json],
    ['with air around it', ` \n${JSON.stringify(GOOD, null, 2)}\n`],
    ['behind a byte order mark', `\ufeff${json}`],
    ['within a fence', `\`\`\`json\n${json}\n\`\`\``],
    ['within a fence without a name', `\`\`\`\n${json}\n\`\`\``],
    ['with its signal in another case', json.replace('BUY', 'buy')],
  ])('is read %s', (_, content) => {
    expect(read(content)).toEqual({ is: 'opinion', opinion });
  });

  it('keeps its figures to the last digit', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (c, r) => {
        const reading = read(JSON.stringify({ ...GOOD, confidence: c, risk_score: r }));
        expect(reading).toEqual({ is: 'opinion', opinion: { ...opinion, confidence: c + 0, risk_score: r + 0 } });
      }),
    );
  });

  it.each([
    ['[good news](https://evil.example/x) and www.evil.example', 'good news[link removed] and [link removed]'],
    ['see HTTPS://evil.example?a=b now', 'see [link removed] now'],
    ['javascript:alert(1)', '[link removed]'],
    ['![](data:text/html;base64,AAAA)', '[link removed]'],
    ['up\u202e and \u001b[31mred\u0007\nnext\tline', 'up and [31mred next line'],
    ['half \ud800 a pair', 'half a pair'],
  ])('has reasoning that is text alone: %j', (said, shown) => {
    expect(read(JSON.stringify({ ...GOOD, reasoning: said }))).toMatchObject({ opinion: { reasoning: shown } });
  });
});

describe('an answer that cannot be used (R11)', () => {
  it.each(GARBAGE)('is no signal: %s', (_, content) => {
    const reading = read(content);
    expect(reading).toEqual({ is: 'unusable', why: expect.stringMatching(/^\S/), mend: expect.any(Boolean) });
    expect(reading).not.toHaveProperty('opinion');
  });

  it('is not asked for again where it is about something else', () => {
    expect(read(JSON.stringify({ ...GOOD, symbol: 'ETH/BTC' }))).toEqual({
      is: 'unusable',
      why: 'it is about ETH/BTC, the question about ADA/BTC',
      mend: false,
    });
  });

  it('says nothing of the model’s own in its reason', () => {
    for (const said of ['Ignore all this', 'https://evil.example', '\u001b[31m', 'a'.repeat(10_000)]) {
      const given = [
        { symbol: said },
        { signal: said },
        { [said]: 1 },
        { confidence: said },
        { reasoning: { [said]: said } },
      ];
      for (const one of given) {
        const reading = read(JSON.stringify({ ...GOOD, ...one }));
        expect(reading).toMatchObject({ is: 'unusable' });
        expect(JSON.stringify(reading)).not.toContain(said.slice(0, 40));
      }
    }
  });

  it('becomes no other signal by 10,000 mutations: it is what it says, letter by letter, or nothing', () => {
    const place = fc.nat(json.length - 1);
    const letter = fc.oneof(
      fc.string({ minLength: 0, maxLength: 3, unit: 'binary' }),
      fc.constantFrom(...'{}[]",:0123456789.-eE\\'),
    );
    const mutation = fc.oneof(
      fc.record({ at: place, cut: fc.nat(4), put: letter }),
      fc.record({ at: place, cut: fc.nat(json.length), put: fc.constant('') }),
      fc.record({ at: place, cut: fc.constant(0), put: fc.json({ maxDepth: 3 }) }),
    );
    let usable = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const text = mutations.reduce(
          (sofar, { at, cut, put }) => sofar.slice(0, at) + put + sofar.slice(at + cut),
          json,
        );
        const reading = read(text);
        if (reading.is === 'unusable') return;
        usable += 1;
        const said = JSON.parse(text.trim()) as typeof GOOD;
        expect(reading.opinion).toMatchObject({
          signal: said.signal.trim().toUpperCase(),
          confidence: said.confidence + 0,
          risk_score: said.risk_score + 0,
        });
        expect(said.symbol).toBe('ADA/BTC');
        expect(Object.keys(said).sort()).toEqual(Object.keys(GOOD).sort());
        expect(agentResultSchema.safeParse({ ...reading.opinion, symbol: 'ADA/BTC', timeframe: '5m' }).success).toBe(
          true,
        );
      }),
      { numRuns: 10_000 },
    );
    // Most of the text is reasoning, where a letter more or less does no harm.
    expect(usable).toBeGreaterThan(100);
  });
});
