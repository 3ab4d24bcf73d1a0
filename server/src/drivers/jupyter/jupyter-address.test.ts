import { expect, it } from 'vitest';
import { StartupError } from '../driver.ts';
import { addressOf, endpointOf } from './jupyter-address.ts';

it('takes the addresses that Jupyter prints', () => {
  const cases: [url: string, address: string, token: string][] = [
    ['http://localhost:8888', 'http://localhost:8888/', ''],
    ['http://127.0.0.1:8888/?token=abc', 'http://127.0.0.1:8888/', 'abc'],
    ['http://127.0.0.1:8888/lab?token=abc', 'http://127.0.0.1:8888/', 'abc'],
    ['http://host:9/user/ann/tree/work', 'http://host:9/user/ann/', ''],
    ['https://host/base', 'https://host:443/base/', ''],
    ['http://[::1]:8888//', 'http://[::1]:8888/', ''],
  ];
  for (const [url, address, token] of cases) {
    const endpoint = endpointOf(url, '');
    expect([addressOf(endpoint), endpoint.token]).toEqual([address, token]);
  }
  expect(endpointOf('http://h/?token=abc', 'given').token).toBe('given');
});

it('says what an address looks like', () => {
  for (const url of ['localhost 8888', 'ftp://host/', ''])
    expect(() => endpointOf(url, '')).toThrow(StartupError);
});
