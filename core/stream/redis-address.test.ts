import { describe, expect, it } from 'vitest';
import { redisAddress } from './redis-address.ts';

describe('where a Redis is', () => {
  it.each([
    ['redis://127.0.0.1:7000', '127.0.0.1:7000'],
    ['redis://localhost', 'localhost:6379'],
    ['redis://[::1]:7000/2', '[::1]:7000/2'],
    ['rediss://aurora:s%2Fecret@redis.example:6380/1', 'redis.example:6380/1'],
  ])('%s is said as %s', (text, says) => {
    expect(redisAddress(text, false).says).toBe(says);
  });

  it('knows what no log may hold, as it was given and as it is meant', () => {
    const { secrets } = redisAddress('rediss://aurora:s%2Fecret@redis.example', false);
    expect(secrets).toEqual(
      expect.arrayContaining(['s%2Fecret', 's/ecret', 'rediss://aurora:s%2Fecret@redis.example']),
    );
    expect(redisAddress('redis://localhost', false).secrets).toEqual([]);
  });

  it.each(['redis.example:6379', 'http://redis.example', 'rediss://', 'redis://user:s3cret@'])(
    'refuses %s without repeating it',
    (text) => {
      expect(() => redisAddress(text, false)).toThrow(/^--redis is not an address/);
    },
  );

  it('sends nothing unencrypted to another machine, unless it is told to', () => {
    const text = 'redis://aurora:s3cret@redis.example:6379';
    expect(() => redisAddress(text, false)).toThrow(/unencrypted: write rediss:/);
    expect(() => redisAddress(text, false)).not.toThrow(/s3cret/);
    expect(redisAddress(text, true).says).toBe('redis.example:6379');
  });
});
