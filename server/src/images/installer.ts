import { join } from 'node:path';

/** Commands that make an environment and fill it with what a requirement file pins. */
export type Installer = {
  /** Makes an empty environment. */
  make(prefix: string): readonly string[];
  /** Installs what the file pins, and only what has the hashes in it. */
  install(prefix: string, requirements: string): readonly string[];
  /** Beside the environment of the server. */
  env: Record<string, string>;
};

/** With uv: its cache makes a second making fast. */
export function uvInstaller(uv: string, python: string): Installer {
  return {
    make: (prefix) => [uv, 'venv', '--clear', '--python', python, prefix],
    install: (prefix, requirements) => [
      uv,
      'pip',
      'sync',
      '--require-hashes',
      '--compile-bytecode',
      '--python',
      join(prefix, 'bin', 'python'),
      requirements,
    ],
    env: { UV_PYTHON_DOWNLOADS: 'never', UV_NATIVE_TLS: '1', UV_SYSTEM_CERTS: '1', NO_COLOR: '1' },
  };
}

/** Where there is no uv: what Python itself brings. */
export function pipInstaller(python: string): Installer {
  return {
    make: (prefix) => [python, '-m', 'venv', '--clear', prefix],
    install: (prefix, requirements) => [
      join(prefix, 'bin', 'python'),
      '-m',
      'pip',
      'install',
      '--require-hashes',
      '--disable-pip-version-check',
      '--no-input',
      '--progress-bar',
      'off',
      '-r',
      requirements,
    ],
    env: { NO_COLOR: '1' },
  };
}
