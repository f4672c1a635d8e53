import { expect, it } from 'vitest';
import { z } from 'zod';
import { whyUnread } from './why-unread.ts';

const SECRET = 'aaaabbbbccccdddd';
const schema = z.object({ agent: z.string().min(32) });

const why = (text: string): string => {
  try {
    schema.parse(JSON.parse(text));
    return 'it was read';
  } catch (error) {
    return whyUnread(error);
  }
};

it.each([
  [`{"agent": ${SECRET}}`, 'it is not JSON'],
  [`{"agent": "${SECRET}`, 'it is not JSON'],
  [`{"agent": "${SECRET}"}`, 'agent: Too small: expected string to have >=32 characters'],
  [`"${SECRET}"`, 'it: Invalid input: expected object, received string'],
])('%s is not quoted', (text, expected) => {
  expect(why(text)).toBe(expected);
});

it('a file that is not there is named', () => {
  expect(whyUnread(new Error('ENOENT: no such file'))).toBe('ENOENT: no such file');
});
