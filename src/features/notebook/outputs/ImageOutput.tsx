import { isJsonObject, type JsonObject } from '@atelier-ide/core/notebook/model.ts';
import { useState } from 'react';

type ImageOutputProps = { mime: string; data: string; metadata: JsonObject; label: string };

/** An image in its natural size, or the one its metadata wants. SVG is shown as an image too: nothing in it runs. */
export function ImageOutput({ mime, data, metadata, label }: ImageOutputProps) {
  const [hasFailed, setHasFailed] = useState(false);
  const source = imageSource(mime, data);
  const wanted = metadata[mime];
  const { width, height } = sizeOf(isJsonObject(wanted) ? wanted : metadata);
  return (
    <div data-mime={mime} className="at-image-output">
      {hasFailed ? (
        <div className="at-output-note">{`This ${mime} cannot be shown: its data is damaged.`}</div>
      ) : (
        <img
          src={source}
          alt={label}
          draggable={false}
          onError={() => setHasFailed(true)}
          {...(width === undefined ? {} : { width })}
          {...(height === undefined ? {} : { height })}
        />
      )}
    </div>
  );
}

/** The address that shows the data, without anything but the data in it. */
export function imageSource(mime: string, data: string): string {
  if (mime === 'image/svg+xml') return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(asXml(data))}`;
  return `data:${mime};base64,${data.replaceAll(/\s+/g, '')}`;
}

/** As an image, SVG is XML and must say so. */
export function asXml(svg: string): string {
  const head = /<svg\b[^>]*>/i.exec(svg)?.[0];
  if (head === undefined || /\bxmlns\s*=/.test(head)) return svg;
  return svg.replace(/<svg\b/i, '<svg xmlns="http://www.w3.org/2000/svg"');
}

function sizeOf(metadata: JsonObject): { width?: number; height?: number } {
  const { width, height } = metadata;
  const usable = (value: unknown): value is number =>
    typeof value === 'number' && value > 0 && value < 20_000;
  return { ...(usable(width) ? { width } : {}), ...(usable(height) ? { height } : {}) };
}
