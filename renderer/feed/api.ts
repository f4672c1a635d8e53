import { z } from 'zod';
import { type BarsPage, barsPageSchema } from '../../core/contract/bars.ts';
import { refusalSchema } from '../../core/contract/messages.ts';
import { type TradingAnalysisResult, tradingAnalysisResultSchema } from '../../core/contract/result.ts';
import { type ShownSettings, shownSettingsSchema } from '../../core/contract/settings.ts';
import type { Link } from './link.ts';

/** Where the engine answers and with what right; null while there is none. */
export type Reach = ({ url: string; token: string } & Pick<Link, 'command'>) | null;

/** The engine did not give what was asked for; the message says why. */
class AskedInVainError extends Error {
  readonly code = 'ASKED_IN_VAIN';
}

/** What the page asks of the engine besides what it is told. */
export interface Api {
  bars(
    asked: { symbol: string; timeframe: string; before?: string; limit?: number },
    signal: AbortSignal,
  ): Promise<BarsPage>;
  /** The newest records of a symbol up to an offset, newest first; what cannot be read is left out. */
  records(
    asked: { symbol: string; upTo: number; limit: number },
    signal: AbortSignal,
  ): Promise<TradingAnalysisResult[]>;
  /** The record at an offset and the one before it, with every field that the engine has of them. */
  chain(offset: number, signal: AbortSignal): Promise<unknown[]>;
  settings(): Promise<ShownSettings>;
  /** An operator's command; resolves with the answer, rejects where it is a refusal. */
  command(name: string, args?: object): Promise<Record<string, unknown>>;
  /** Has a file of bars kept and replayed. */
  importBars(file: File): Promise<ImportedBars>;
  /** Text for whoever is asked for help. */
  diagnostics(): Promise<string>;
  /** Asks for an analysis; needs an operator's token. */
  analyse(symbol: string, timeframe: string): Promise<void>;
}

const importedSchema = z.object({ symbol: z.string(), timeframe: z.string(), bars: z.number(), restarts: z.boolean() });
export type ImportedBars = z.output<typeof importedSchema>;
const acceptedSchema = z.looseObject({ ok: z.literal(true) });
const listed = z.object({ items: z.array(z.unknown()) });

async function why(response: Response): Promise<string> {
  const told = refusalSchema.safeParse(await response.json().catch(() => null));
  return told.success ? told.data.message : `the engine answered ${response.status}`;
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const read = schema.safeParse(body);
  if (!read.success) throw new AskedInVainError('the engine answered what this page cannot read');
  return read.data;
}

/** The engine's HTTP side, as this page uses it. */
export function httpApi(reach: () => Reach): Api {
  async function ask(path: string, init: RequestInit): Promise<unknown> {
    const engine = reach();
    if (!engine) throw new AskedInVainError('no engine answers');
    const headers = { authorization: `Bearer ${engine.token}`, 'content-type': 'application/json' };
    const response = await fetch(`${engine.url}${path}`, { ...init, headers }).catch((error: unknown) => {
      if (init.signal?.aborted) throw error;
      throw new AskedInVainError('the engine does not answer');
    });
    if (!response.ok) throw new AskedInVainError(await why(response));
    return response.json();
  }
  return {
    async bars(asked, signal) {
      const said = Object.entries(asked).map(([name, value]): [string, string] => [name, String(value)]);
      return parsed(barsPageSchema, await ask(`/api/bars?${new URLSearchParams(said)}`, { signal }));
    },
    async records({ symbol, upTo, limit }, signal) {
      const query = new URLSearchParams({ symbol, limit: String(limit), before: String(upTo + 1) });
      const { items } = parsed(listed, await ask(`/api/results?${query}`, { signal }));
      return items.flatMap((item) => {
        const read = tradingAnalysisResultSchema.safeParse(item);
        return read.success ? [read.data] : [];
      });
    },
    async chain(offset, signal) {
      const query = new URLSearchParams({ limit: '2', before: String(offset + 1) });
      return parsed(listed, await ask(`/api/results?${query}`, { signal })).items;
    },
    async settings() {
      return parsed(shownSettingsSchema, await ask('/api/settings', {}));
    },
    async command(name, args = {}) {
      const engine = reach();
      if (!engine) throw new AskedInVainError('no engine answers');
      const reply = await engine.command(name, args).catch(() => {
        throw new AskedInVainError('the engine does not answer');
      });
      const refused = refusalSchema.safeParse(reply);
      if (refused.success) throw new AskedInVainError(refused.data.message);
      return parsed(acceptedSchema, reply);
    },
    async importBars(file) {
      const path = `/api/imports?name=${encodeURIComponent(file.name)}`;
      return parsed(importedSchema, await ask(path, { method: 'POST', body: await file.text() }));
    },
    async diagnostics() {
      return JSON.stringify(await ask('/api/diagnostics', {}), null, 2);
    },
    async analyse(symbol, timeframe) {
      const body = JSON.stringify({ task_type: 'trading_analysis', symbol, timeframe });
      await ask('/api/tasks', { method: 'POST', body });
    },
  };
}
