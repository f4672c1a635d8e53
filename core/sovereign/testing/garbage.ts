/** A usable answer about ADA/BTC, as a model writes it. */
export const GOOD = {
  symbol: 'ADA/BTC',
  signal: 'BUY',
  confidence: 0.8,
  risk_score: 0.3,
  reasoning: 'Higher lows on rising volume.',
};

const json = JSON.stringify(GOOD);
const but = (given: Record<string, unknown>): string => JSON.stringify({ ...GOOD, ...given });
const without = (field: keyof typeof GOOD): string => {
  const { [field]: _, ...rest } = GOOD;
  return JSON.stringify(rest);
};
const raw = (field: keyof typeof GOOD, value: string): string =>
  json.replace(`"${field}":${JSON.stringify(GOOD[field])}`, `"${field}":${value}`);

/** Answers that are no opinion on ADA/BTC: what each is, and what the model says. */
export const GARBAGE: readonly [kind: string, content: string][] = [
  ['nothing', ''],
  ['blanks', ' \n\t '],
  ['prose', 'I think you should buy ADA, it looks strong.'],
  ['a refusal', "I'm sorry, but I can't give financial advice."],
  ['a signal word alone', 'BUY'],
  ['JSON within prose', `Sure! Here is my answer: ${json} Let me know if you need more.`],
  ['JSON twice', `${json}\n${json}`],
  ['a fence with prose', `Here:\n\`\`\`json\n${json}\n\`\`\``],
  ['two fences', `\`\`\`json\n${json}\n\`\`\`\n\`\`\`json\n${json}\n\`\`\``],
  ['half of it', json.slice(0, json.length / 2)],
  ['a missing brace', json.slice(0, -1)],
  ['a brace too many', `${json}}`],
  ['single quotes', json.replaceAll('"', "'")],
  ['a trailing comma', json.replace('}', ',}')],
  ['a comment', json.replace('{', '{/* so sure */')],
  ['names without quotes', json.replace('"signal"', 'signal')],
  ['null', 'null'],
  ['a number', '42'],
  ['a text', '"BUY"'],
  ['a list', `[${json}]`],
  ['an empty object', '{}'],
  ['it within an object', `{"answer":${json}}`],
  ['confidence 1.7', but({ confidence: 1.7 })],
  ['confidence 80', but({ confidence: 80 })],
  ['confidence below 0', but({ confidence: -0.1 })],
  ['confidence in words', but({ confidence: 'high' })],
  ['confidence as text', but({ confidence: '0.8' })],
  ['confidence null', but({ confidence: null })],
  ['confidence NaN', raw('confidence', 'NaN')],
  ['confidence Infinity', raw('confidence', 'Infinity')],
  ['confidence 1e999', raw('confidence', '1e999')],
  ['confidence in a list', but({ confidence: [0.8] })],
  ['no confidence', without('confidence')],
  ['risk above 1', but({ risk_score: 1.000001 })],
  ['no risk', without('risk_score')],
  ['an unknown signal', but({ signal: 'STRONG BUY' })],
  ['a signal that is no text', but({ signal: 1 })],
  ['no signal', without('signal')],
  ['no reasoning', without('reasoning')],
  ['empty reasoning', but({ reasoning: '' })],
  ['reasoning that cannot be seen', but({ reasoning: '\u200b\u202e\u0000' })],
  ['reasoning without end', but({ reasoning: 'x'.repeat(5_000) })],
  ['another symbol', but({ symbol: 'ETH/BTC' })],
  ['a symbol of almost the same look', but({ symbol: 'АDA/BTC' })],
  ['no symbol', without('symbol')],
  ['fields that were not asked for', but({ adjusted_confidence: 1, link: 'https://x.example' })],
  ['a prototype', json.replace('{', '{"__proto__":{"confidence":1},')],
  ['two signals', json.replace('"signal":"BUY"', '"signal":"BUY","signal":"SELL"')],
  [
    'two signals, one of them spelled otherwise',
    json.replace('"signal":"BUY"', '"signal":"BUY","sign\\u0061l":"SELL"'),
  ],
  ['lists 100,000 deep', '['.repeat(100_000)],
  ['objects 100,000 deep', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ['a deep field', but({ reasoning: [[[[[[[[[['x']]]]]]]]]] })],
  ['half a surrogate outside of text', `${json}\ud800`],
];
