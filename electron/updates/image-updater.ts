import { AppImageUpdater } from 'electron-updater';
import { replaceAppImage } from './app-image.ts';

/**
 * The updater of an AppImage, but for how it puts the newer one in place: the original removes the old one first,
 * and gives the new one another name where the old name holds a version, past which menus and autostart go on.
 */
export class ImageUpdater extends AppImageUpdater {
  readonly #image: string;

  constructor(image: string) {
    super();
    this.#image = image;
  }

  protected override doInstall(): boolean {
    const { file, downloadedFileInfo } = this.downloadedUpdateHelper ?? {};
    if (!file || !downloadedFileInfo) throw new Error('Nothing was fetched');
    replaceAppImage(this.#image, file, downloadedFileInfo.sha512);
    this.spawnLog(this.#image, [], process.env).catch((error) => this.dispatchError(error));
    return true;
  }
}
