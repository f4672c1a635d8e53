import { describe, expect, it } from 'vitest';
import { Scrubber } from './scrub.ts';

describe('what a log line may not hold', () => {
  it('hides known secrets to the letter, wherever they stand', () => {
    const scrubber = new Scrubber();
    scrubber.hide('q9-very_own');
    expect(scrubber.scrub('{"url":"http://x/q9-very_own/y","m":"q9-very_own"}')).toBe(
      '{"url":"http://x/[hidden]/y","m":"[hidden]"}',
    );
  });

  it.each([
    ['Authorization: Bearer abc.def-123', 'Bearer abc'],
    ['invalid key sk-proj-1234567890abcdef', 'sk-proj'],
    ['GET /page?token=abcdef123456&x=1', 'abcdef123456'],
    ['#token=abcdef123456', 'abcdef123456'],
    ['{"api_key":"abcdef123456"}', 'abcdef123456'],
    ['redis://user:hunter22@host:6379 refused', 'hunter22'],
    ['{"password": "correct horse"}', 'correct'],
    ['ghp_abcdefghijklmnop', 'ghp_abc'],
  ])('hides what has the shape of one: %s', (line, part) => {
    expect(new Scrubber().scrub(line)).not.toContain(part);
  });

  it('leaves ordinary lines alone', () => {
    const line = '{"level":30,"task_id":"t1","message":"task ended","lease":4,"symbol":"ADA/BTC","keys":2}';
    expect(new Scrubber().scrub(line)).toBe(line);
  });
});
