export const EXPORT_FORMATS = ['csv', 'jsonl'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What is to be exported; `since` is epoch ms and counts by `analyzed_at`. */
export interface ExportQuery {
  format: ExportFormat;
  symbol: string | null;
  since: number | null;
}
