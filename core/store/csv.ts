const [ESC, BEL, CSI] = [0x1b, 0x07, 0x9b].map((code) => String.fromCharCode(code));
/** What moves a terminal's cursor or paints its text; whole sequences, so that no rest of one stays. */
const TERMINAL_SEQUENCE = new RegExp(
  [
    `${ESC}\\][^${ESC}${BEL}]*(?:${BEL}|${ESC}\\\\)`,
    `(?:${ESC}\\[|${CSI})[0-?]*[ -/]*[@-~]`,
    `${ESC}[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);
/** Control characters but those of ordinary text, and characters that are not seen, among them those that turn text about. */
const UNSEEN = /(?![\t\n\r])[\p{Cc}\p{Cf}]/gu;
/** A spreadsheet takes a cell that begins so for a formula, also in their wide forms. */
const FORMULA = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

/** A text that a spreadsheet shows as text, and a terminal as nothing else. */
function harmless(text: string): string {
  const clean = text.replace(TERMINAL_SEQUENCE, '').replace(UNSEEN, '');
  return FORMULA.test(clean) ? `'${clean}` : clean;
}

function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  const text = harmless(typeof value === 'string' ? value : JSON.stringify(value));
  // Some spreadsheets part cells at a semicolon, where a second formula could begin.
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One line of CSV (RFC 4180): numbers stay numbers, texts can start no formula. */
export const csvLine = (values: readonly unknown[]): string => `${values.map(cell).join(',')}\r\n`;
