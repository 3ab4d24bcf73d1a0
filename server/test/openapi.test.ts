import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { routes } from '@atelier-ide/contract';
import { openApiDocument } from '@atelier-ide/contract/openapi';

const file = fileURLToPath(new URL('../../contract/openapi.json', import.meta.url));

/** Every `$ref` in a document. */
function refsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => (key === '$ref' ? [String(each)] : refsOf(each)));
}

describe('the OpenAPI document', () => {
  const document = openApiDocument();

  it('is what is committed (UPDATE_OPENAPI=1 writes it) [A1]', () => {
    const text = `${JSON.stringify(document, null, 2)}\n`;
    if (process.env['UPDATE_OPENAPI'] === '1') writeFileSync(file, text);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('has every route with its parameters, and no reference that leads nowhere [A1]', () => {
    const paths = document['paths'] as Record<
      string,
      Record<string, { operationId: string; parameters?: { name: string }[] }>
    >;
    for (const [name, { path, method }] of Object.entries(routes)) {
      const operation = paths[path]?.[method.toLowerCase()];
      expect(operation?.operationId).toBe(name);
      const given = new Set(operation?.parameters?.map((each) => each.name));
      for (const [, parameter] of path.matchAll(/\{(\w+)\}/g)) expect(given).toContain(parameter);
    }
    const { schemas } = document['components'] as { schemas: Record<string, unknown> };
    const refs = refsOf(document);
    expect(refs.length).toBeGreaterThan(40);
    for (const ref of refs)
      expect(Object.keys(schemas).map((name) => `#/components/schemas/${name}`)).toContain(ref);
  });
});
