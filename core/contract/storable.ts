const DEPTH_MAX = 32;

/**
 * Why a value that came as JSON cannot be stored and hashed as it is, or null where it can: RFC 8785
 * knows no infinity and no half of a surrogate pair, and a deep nest would end the stack.
 */
export function whyNotStorable(value: unknown, depth = 0): string | null {
  if (depth > DEPTH_MAX) return `it is nested more than ${DEPTH_MAX} levels deep`;
  if (typeof value === 'number' && !Number.isFinite(value)) return 'it holds a number that is not finite';
  if (typeof value === 'string' && !value.isWellFormed()) return 'it holds text with half of a surrogate pair';
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const why = whyNotStorable(key, depth + 1) ?? whyNotStorable(inner, depth + 1);
    if (why) return why;
  }
  return null;
}
