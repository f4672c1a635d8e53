import { type IpcMainInvokeEvent, ipcMain } from 'electron';
import { isOwnPage } from './page-address.ts';

/** Whether a message comes from the main frame of the window's own page; a frame that is gone is nobody's. */
function isFromPage({ senderFrame, sender }: IpcMainInvokeEvent): boolean {
  return senderFrame !== null && senderFrame === sender.mainFrame && isOwnPage(senderFrame.url);
}

/** The only way to listen to a page: refuses every other sender. What a page passes is for `answer` to parse. */
export function handleIpc<T>(channel: string, answer: (argument: unknown) => T): void {
  ipcMain.handle(channel, (event, argument: unknown) => {
    if (!isFromPage(event)) throw new Error('refused');
    return answer(argument);
  });
}
