import { useCallback, useEffect, useState } from 'react';
import { z } from 'zod';
import { type ListedToken, listedTokenSchema } from '../../core/contract/tokens.ts';
import { Copy } from '../parts/copy.tsx';
import { Outcome } from '../parts/outcome.tsx';
import { useFeed, useStores } from '../state/stores.ts';
import { momentText } from '../state/time-text.ts';
import { useWork } from '../state/work.ts';
import { Group } from './group.tsx';

const listSchema = z.object({ tokens: z.array(listedTokenSchema) });
const madeSchema = z.object({ name: z.string(), token: z.string() });
type Made = z.output<typeof madeSchema>;

/** Who may come in. A token that is made is shown once. */
export function Tokens() {
  const { api } = useStores();
  const link = useFeed((state) => state.link.is);
  const [tokens, setTokens] = useState<ListedToken[]>([]);
  const [made, setMade] = useState<Made | null>(null);
  const [name, setName] = useState('');
  const [work, start] = useWork();
  const read = useCallback(async () => {
    setTokens(listSchema.parse(await api.command('token', { action: 'list' })).tokens);
  }, [api]);
  useEffect(() => {
    if (link === 'live') read().catch(() => {});
  }, [link, read]);
  const make = (action: 'create' | 'rotate', whose: string): void =>
    start(async () => {
      setMade(madeSchema.parse(await api.command('token', { action, name: whose })));
      // Whoever has changed the token that this page came in with is out by now.
      await read().catch(() => {});
      return '';
    });
  const revoke = (whose: string): void =>
    start(async () => {
      await api.command('token', { action: 'revoke', name: whose });
      setMade(null);
      await read();
      return `The token of ${whose} is nobody's now, and its connections are cut.`;
    });
  return (
    <Group title="Tokens">
      <ul className="tokens">
        {tokens.map((one) => (
          <li key={one.name}>
            <span>
              <bdi>{one.name}</bdi>{' '}
              <small>
                {one.name === one.role ? 'role' : 'agent'}
                {one.created_at !== null && `, since ${momentText(Date.parse(one.created_at))}`}
              </small>
            </span>
            <button type="button" aria-label={`Rotate ${one.name}`} onClick={() => make('rotate', one.name)}>
              Rotate
            </button>
            {one.name !== one.role && (
              <button type="button" aria-label={`Revoke ${one.name}`} onClick={() => revoke(one.name)}>
                Revoke
              </button>
            )}
          </li>
        ))}
      </ul>
      <form
        className="line"
        onSubmit={(event) => {
          event.preventDefault();
          make('create', name.trim());
          setName('');
        }}
      >
        <label>
          Agent
          <input value={name} required maxLength={64} onChange={({ target }) => setName(target.value)} />
        </label>
        <button type="submit">Create a token</button>
      </form>
      {made && <Shown made={made} />}
      <Outcome work={work} />
    </Group>
  );
}

/** The one time that a token is seen. */
function Shown({ made: { name, token } }: { made: Made }) {
  return (
    <div className="made" role="status">
      <p>
        The token of <bdi>{name}</bdi>, which is not shown again:
      </p>
      <span className="command">
        <code>{token}</code>
        <Copy text={token} label={`token of ${name}`} />
        {name === 'operator' && !window.aurora && (
          <a className="plain" href={`#token=${token}`}>
            Use it in this page
          </a>
        )}
      </span>
    </div>
  );
}
