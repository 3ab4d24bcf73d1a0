import { expect, it } from 'vitest';
import { appEnvironment, plainPath, zygoteEnvironment } from './app-environment.ts';

const server = {
  PATH: '/home/ann/node_modules/.bin:/opt/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/usr/bin:relative:/bin:/usr/bin',
  HOME: '/home/server',
  HTTPS_PROXY: 'http://proxy:3128',
  no_proxy: 'localhost',
  SSL_CERT_FILE: '/etc/ca.pem',
  PIP_INDEX_URL: 'https://index.test/simple',
  // These would lead installers past the layer of an app.
  PIP_TARGET: '/x',
  PIP_USER: '1',
  UV_SYSTEM_PYTHON: '1',
  LC_ALL: 'de_DE.UTF-8',
  SHELL: '/bin/sh',
  AWS_SECRET_ACCESS_KEY: 'secret',
  ATELIER_TOKEN: 'secret',
  npm_config_cache: '/x',
  PYTHONPATH: '/x',
};

it('passes on what package managers need, and nothing else', () => {
  expect(appEnvironment(server, { TMPDIR: '/t' })).toEqual({
    LANG: 'C.UTF-8',
    LC_ALL: 'de_DE.UTF-8',
    SHELL: '/bin/sh',
    HTTPS_PROXY: 'http://proxy:3128',
    no_proxy: 'localhost',
    SSL_CERT_FILE: '/etc/ca.pem',
    PIP_INDEX_URL: 'https://index.test/simple',
    PATH: '/usr/bin:/bin',
    TMPDIR: '/t',
  });
  expect(zygoteEnvironment(server, { home: '/home/server', pythonDir: '/py' })).toEqual({
    PATH: '/usr/bin:/bin',
    HOME: '/home/server',
    LANG: 'C.UTF-8',
    PYTHONPATH: '/py',
  });
});

it('leaves out a shell that is not there', () => {
  expect(appEnvironment({ SHELL: '/no/such/shell' }, {})).not.toHaveProperty('SHELL');
});

it('has a PATH when the server has none', () => {
  expect(plainPath(undefined)).toBe('/usr/local/bin:/usr/bin:/bin');
});
