import type { ColorCache } from '../view/color-cache.ts';

/** Colours fenced code below an element in idle moments. Returns how to stop. */
export function colorCode(host: HTMLElement, colors: ColorCache): () => void {
  const stops: (() => void)[] = [];
  for (const code of host.querySelectorAll<HTMLElement>('pre > code[class*="language-"]')) {
    const language = /language-([\w+#.-]+)/.exec(code.className)?.[1];
    const source = code.textContent ?? '';
    if (language === undefined || source === '') continue;
    stops.push(
      colors.request(source, language, (html) => {
        // Made by us from the plain text: every character of it is escaped.
        if (html !== null) code.innerHTML = html;
      }),
    );
  }
  return () => stops.forEach((stop) => stop());
}
