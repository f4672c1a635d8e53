import { z } from 'zod';
import { SIGNALS } from '../contract/result.ts';
import { JsonScan } from './json-scan.ts';
import type { Opinion } from './model.ts';
import { plainLine, withoutLinks } from './plain-text.ts';

/** Nesting that no opinion has; what is deeper is not read at all. */
export const DEPTH_MAX = 8;
const REASONING_MAX = 4_000;

const share = z.number().min(0).max(1);
const answerSchema = z.strictObject({
  symbol: z.string(),
  signal: z.string().trim().toUpperCase().pipe(z.enum(SIGNALS)),
  confidence: share,
  risk_score: share,
  reasoning: z.string().min(1).max(REASONING_MAX),
});

/** The answer as JSON Schema, for servers that hold a model to one. Bounds are left out: not all of them know these. */
export const ANSWER_SCHEMA = {
  type: 'object',
  properties: {
    symbol: { type: 'string', description: 'the symbol that was asked about' },
    signal: { type: 'string', enum: [...SIGNALS] },
    confidence: { type: 'number', description: 'from 0 to 1' },
    risk_score: { type: 'number', description: 'from 0 to 1' },
    reasoning: { type: 'string', description: 'at most 600 characters' },
  },
  required: ['symbol', 'signal', 'confidence', 'risk_score', 'reasoning'],
  additionalProperties: false,
} as const;

/** The same in words, for every model. */
export const ANSWER_RULES =
  'Answer with one JSON object and nothing else: {"symbol": the symbol asked about, "signal": "BUY", "SELL" or "HOLD", "confidence": 0 to 1, "risk_score": 0 to 1, "reasoning": plain text, at most 600 characters}.';

export type Reading =
  | { is: 'opinion'; opinion: Opinion }
  /** `mend` is true where another try may help: the form is wrong, not the matter. */
  | { is: 'unusable'; why: string; mend: boolean };

const unusable = (why: string, mend = true): Reading => ({ is: 'unusable', why, mend });

/** A fence around the whole answer says nothing about it. */
const unfenced = (text: string): string => /^```(?:json)?\s*\n([\s\S]*?)\n?\s*```$/i.exec(text)?.[1]?.trim() ?? text;

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What a model has said, as an opinion on this symbol; nothing is clamped, guessed or passed over (R11). */
export function readAnswer(content: string, symbol: string): Reading {
  const text = unfenced(content.trim());
  if (text === '') return unusable('it is empty');
  const scan = new JsonScan();
  scan.push(text);
  if (scan.deepest > DEPTH_MAX) return unusable(`it is nested ${scan.deepest} deep`);
  const json = parsed(text);
  if (json === undefined) return unusable('it is not one JSON object');
  if (new Set(scan.names).size < scan.names.length) return unusable('it says one thing twice');
  const answer = answerSchema.safeParse(json);
  if (!answer.success) return unusable(issueOf(answer.error));
  const { symbol: about, signal, confidence, risk_score } = answer.data;
  if (about !== symbol) return unusable(`it is about ${shown(about)}, the question about ${symbol}`, false);
  const reasoning = withoutLinks(plainLine(answer.data.reasoning, REASONING_MAX));
  if (reasoning === '') return unusable('reasoning: it says nothing');
  // JSON's minus zero is zero.
  return { is: 'opinion', opinion: { signal, confidence: confidence + 0, risk_score: risk_score + 0, reasoning } };
}

/** A symbol that somebody could have meant; a model's other words are kept out of messages. */
const shown = (symbol: string): string =>
  /^[A-Z\d]{1,12}(?:[/-][A-Z\d]{1,12})?$/.test(symbol) ? symbol : 'something else';

function issueOf(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue?.code === 'unrecognized_keys') return `it has ${issue.keys.length} fields that were not asked for`;
  return `${issue?.path.join('.') || 'it'}: ${issue?.message}`;
}
