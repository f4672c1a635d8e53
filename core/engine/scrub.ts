const HIDDEN = '[hidden]';
/** Shapes of secrets that no line may hold, whoever wrote it: an error message, a URL, a header. */
const SHAPES: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{6,}/gi, `$1 ${HIDDEN}`],
  [/\b(?:sk|pk|rk|xox[abps]|gh[pousr])[-_][\w-]{8,}/g, HIDDEN],
  [
    /((?:token|key|secret|password|passwd|pwd|apikey|api_key|authorization)["']?\s*[=:]\s*["']?)[^\s"'&,}]{6,}/gi,
    `$1${HIDDEN}`,
  ],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:)[^\s@/]+@/gi, `$1${HIDDEN}@`],
];
/** Shorter ones would hide ordinary words. */
const SECRET_MIN = 8;

/** What the environment holds under names that say it is secret, whoever put it there. */
export const secretsOfEnvironment = (env: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(env).flatMap(([name, value]) => (value && /key|token|secret|passw/i.test(name) ? [value] : []));

/** Takes what must not be read out of a line: known secrets to the letter, and whatever has the shape of one. */
export class Scrubber {
  readonly #secrets = new Set<string>();

  /** From now on this text is hidden wherever it stands. */
  hide(secret: string): void {
    if (secret.length >= SECRET_MIN) this.#secrets.add(secret);
  }

  scrub(line: string): string {
    let clean = line;
    for (const secret of this.#secrets) clean = clean.replaceAll(secret, HIDDEN);
    for (const [shape, instead] of SHAPES) clean = clean.replace(shape, instead);
    return clean;
  }
}
