import { type Disposable, toDisposable } from '@/base/disposable.ts';

/** While something is dragged in the page, frames below an element let the pointer through: they would take its events. */
export function yieldToDrags(element: HTMLElement): Disposable {
  const { ownerDocument } = element;
  const begin = () => {
    element.dataset['dragging'] = '';
  };
  const end = () => {
    delete element.dataset['dragging'];
  };
  ownerDocument.addEventListener('dragstart', begin);
  ownerDocument.addEventListener('dragend', end);
  return toDisposable(() => {
    end();
    ownerDocument.removeEventListener('dragstart', begin);
    ownerDocument.removeEventListener('dragend', end);
  });
}
