/** Control, format (bidi, zero-width), private and unassigned characters, and halves of surrogate pairs. */
const UNSEEN = /\p{C}/gu;
/** Addresses, with or without a scheme, and Markdown's brackets around them. */
const LINKS =
  /!?\[([^\]]*)\]\([^)]*\)|\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+|\b(?:javascript|data|vbscript|mailto|file):\S+|\bwww\.\S+/giu;

/** One line of what can be seen, at most so many characters. */
export const plainLine = (text: string, most: number): string =>
  [...text.replace(/\s/gu, ' ').replace(UNSEEN, '').replace(/ +/g, ' ').trim()].slice(0, most).join('');

/** A model's reasoning as text alone: nothing in it steers a terminal or leads anywhere. */
export const withoutLinks = (text: string): string =>
  text.replace(LINKS, (_, label?: string) => `${label ?? ''}[link removed]`);
