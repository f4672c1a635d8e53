/** Looks at JSON text as it arrives, before anything is built of it: how deep it goes, and which names stand outermost. */
export class JsonScan {
  /** Names of the outermost object, in order; one that stands twice stands here twice. */
  readonly names: string[] = [];
  deepest = 0;
  #depth = 0;
  #inText = false;
  #escaped = false;
  /** The text that has just ended at the outermost level, and could be a name. */
  #text: string | null = null;
  #collected = '';

  push(part: string): void {
    for (const char of part) {
      if (this.#inText) this.#within(char);
      else this.#between(char);
    }
  }

  #within(char: string): void {
    if (this.#escaped) this.#escaped = false;
    else if (char === '\\') this.#escaped = true;
    else if (char === '"') {
      this.#inText = false;
      this.#text = this.#depth === 1 ? this.#collected : null;
      return;
    }
    if (this.#depth === 1) this.#collected += char;
  }

  #between(char: string): void {
    if (char === '"') {
      this.#inText = true;
      this.#collected = '';
    } else if (char === '{' || char === '[') {
      this.#depth += 1;
      this.deepest = Math.max(this.deepest, this.#depth);
    } else if (char === '}' || char === ']') this.#depth -= 1;
    else if (char === ':' && this.#text !== null) this.names.push(spelled(this.#text));
    if (char.trim() !== '' && char !== '"') this.#text = null;
  }
}

/** `a` and `\u0061` are one name. */
function spelled(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}
