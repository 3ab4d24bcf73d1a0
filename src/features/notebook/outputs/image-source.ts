/** The address that shows the data, without anything but the data in it. */
export function imageSource(mime: string, data: string): string {
  if (mime === 'image/svg+xml') return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asXml(data))}`;
  return `data:${mime};base64,${data.replaceAll(/\s+/g, '')}`;
}

/** As an image, SVG is XML and must say so. */
function asXml(svg: string): string {
  const head = /<svg\b[^>]*>/i.exec(svg)?.[0];
  if (head === undefined || /\bxmlns\s*=/.test(head)) return svg;
  return svg.replace(/<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}
