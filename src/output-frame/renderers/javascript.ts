import { asText } from '../output-text.ts';
import type { FrameRenderer } from '../protocol.ts';
import { runScript } from '../run-scripts.ts';

/** Script that draws into `element`, as in Jupyter. */
export const javascriptRenderer: FrameRenderer = {
  mimes: (mime) => /^(?:application|text)\/javascript$/.test(mime),
  render(host, { data }) {
    const element = document.createElement('div');
    host.append(element);
    runScript(
      host,
      `(function (element) {\n${asText(data)}\n})(document.currentScript.previousElementSibling);`,
    );
  },
};
