import { app, type Session, shell, type WebContents } from 'electron';
import { isOwnPage } from './page-address.ts';
import { isPermitted } from './permissions.ts';

const LINK_MAX = 2_048;
/** Where the page's own links lead; a page that was taken over tells nothing to anybody else by one. */
const LINK_HOSTS: ReadonlySet<string> = new Set(['www.tradingview.com']);

/** Whether an address may be given to the user's browser. */
function isSafeLink(url: string): boolean {
  try {
    const { protocol, host } = new URL(url);
    return url.length <= LINK_MAX && protocol === 'https:' && LINK_HOSTS.has(host);
  } catch {
    return false;
  }
}

function openOutside(url: string): void {
  if (isSafeLink(url)) void shell.openExternal(url);
}

/** Holds whatever shows a page to the window's own one: no other address, no second window, no guest inside. */
function guard(contents: WebContents): void {
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  const stay = (event: { preventDefault(): void }, url: string): void => {
    if (!isOwnPage(url)) event.preventDefault();
  };
  contents.on('will-navigate', (event, url) => stay(event, url));
  contents.on('will-redirect', (event, url) => stay(event, url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
}

/** Must run before the first page is made. */
export function guardPages(): void {
  app.on('web-contents-created', (_event, contents) => guard(contents));
}

/** Refuses every permission but the one, and every address but the page's own and the engine's. */
export function guardSession(session: Session, engine: () => readonly string[]): void {
  session.setPermissionRequestHandler((_contents, permission, decide, { requestingUrl: url, isMainFrame }) =>
    decide(isPermitted({ permission, url, isMainFrame })),
  );
  session.setPermissionCheckHandler((contents, permission, _origin, { isMainFrame }) =>
    isPermitted({ permission, url: contents?.getURL() ?? '', isMainFrame }),
  );
  session.setDevicePermissionHandler(() => false);
  const isOurs = (url: string): boolean =>
    isOwnPage(url) || /^(data|devtools|blob):/.test(url) || engine().some((start) => url.startsWith(`${start}/`));
  session.webRequest.onBeforeRequest(({ url }, decide) => decide({ cancel: !isOurs(url) }));
}
