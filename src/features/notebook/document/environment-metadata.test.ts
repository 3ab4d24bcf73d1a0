import type { Image } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { languageOf, withEnvironment } from './environment-metadata.ts';

const image = {
  id: 'shells',
  displayName: 'Shells',
  version: '1',
  aliases: [],
  kernels: [{ name: 'bash', displayName: 'Bash', language: 'bash' }],
} as unknown as Image;
const environment = { imageId: 'shells', kernelName: 'bash', instanceType: 'ml.t3.medium' };
const python = { name: 'python', version: '3.11.2', file_extension: '.py', mimetype: 'text/x-python' };

describe('the language of a notebook', () => {
  it('is what the kernel says, as a whole', () => {
    const told = { name: 'bash', codemirror_mode: 'shell', mimetype: 'text/x-sh', file_extension: '.sh' };
    const metadata = withEnvironment({ language_info: python }, environment, image, told);
    expect(metadata['language_info']).toEqual(told);
    expect(metadata['kernelspec']).toEqual({ display_name: 'Bash', language: 'bash', name: 'bash' });
    expect(languageOf(metadata)).toBe('bash');
    expect(withEnvironment(metadata, environment, image, told)).toBe(metadata);
  });

  it('is no longer that of another kernel before the new one has answered', () => {
    const metadata = withEnvironment({ language_info: python }, environment, image);
    expect(metadata['language_info']).toEqual({ name: 'bash' });
    expect(withEnvironment({}, environment, image)['language_info']).toBeUndefined();
  });

  it('stays as the file has it while the kernel is of the same one', () => {
    const info = { name: 'Bash', file_extension: '.sh' };
    expect(withEnvironment({ language_info: info }, environment, image)['language_info']).toBe(info);
  });
});
