import { isOwnPage } from './page-address.ts';

/** The page copies texts. Everything else that a page can ask for is refused; notifications are the program's own. */
const GRANTED = 'clipboard-sanitized-write';

interface Asking {
  /** As Electron calls it. */
  permission: string;
  /** Address of the frame that asks. */
  url: string;
  isMainFrame: boolean;
}

export const isPermitted = ({ permission, url, isMainFrame }: Asking): boolean =>
  isMainFrame && permission === GRANTED && isOwnPage(url);
