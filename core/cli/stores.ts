import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import { UsageError } from '../kit/errors.ts';
import { StoreError } from '../store/open.ts';

const ORIGINS = ['live', 'replay'] as const;
export type StoredOrigin = (typeof ORIGINS)[number];

/** Where the store of an origin lies. */
export const storeOf = (data: string, origin: StoredOrigin): string => join(data, origin, 'aurora.db');

export const originOption = (about: string): Option => new Option('--origin <origin>', about).choices(ORIGINS);

export function asOrigin(text: string, file: string): StoredOrigin {
  const origin = ORIGINS.find((each) => each === text);
  if (origin === undefined)
    throw new UsageError(`${file} is a store of ${text || 'no origin'}: live and replay are known`);
  return origin;
}

/** The origins of which a data folder has a store, or the one that was asked for; throws StoreError where there is none. */
export function originsIn(data: string, asked?: StoredOrigin): StoredOrigin[] {
  const found = ORIGINS.filter((origin) => (asked ?? origin) === origin && existsSync(storeOf(data, origin)));
  if (found.length > 0) return found;
  throw new StoreError(`There is no store ${asked ? `of ${asked} ` : ''}in ${data}: check --data`);
}

export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
