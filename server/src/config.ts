/** An existing environment with ipykernel, by its interpreter. */
export type FurtherImage = { id: string; displayName: string; pythonExecutable: string };

/** A kind of machine beside those of the catalogue. */
export type FurtherInstanceType = { name: string; vcpu: number; memoryGiB: number; gpu: number };

/** Everything the server is told at start; made by `main.ts` from the command line, by tests directly. */
export type ServerConfig = {
  /** Address to listen on; anything beyond loopback needs `behindProxy`. */
  host: string;
  /** 0 = any free port. */
  port: number;
  /** Origin under which people reach the server when a proxy with TLS stands before it, e.g. `https://ide.example.org`. */
  behindProxy?: string;
  /** Home of the single user: an absolute path. */
  root: string;
  /** State of the server (store, logs, sockets, python): an absolute path. */
  dataDir: string;
  /** Folder of the built SPA; absent = API only. */
  staticDir?: string;
  /** Folder that holds the Python package `atelier_jupyter`. */
  pythonDir: string;
  /** Interpreter of the environment that runs app servers, and of *Base Python*. */
  pythonExecutable: string;
  /** Environments that are images beside *Base Python*. */
  images?: readonly FurtherImage[];
  /** Makes the image *Data Science*, with uv where its place is given; absent = it is left out. */
  dataScience?: { uv?: string };
  /** How long apps live on when the server was killed, until the next start takes them over; absent = 15 minutes. */
  orphanGraceSeconds?: number;
  /** Instance types beside those of the catalogue. */
  instanceTypes?: readonly FurtherInstanceType[];
  /** Highest sums over the types of all running instances; absent = each type by itself must fit the host. */
  limits?: { totalVcpu?: number; totalMemoryGiB?: number };
  driver: { kind: 'local' } | { kind: 'jupyter'; url: string; token: string };
  /** Features taken away from what the driver offers, for tests of degraded backends. */
  withoutFeatures: readonly string[];
  /** A new sign-in link, which ends the old one. */
  rotateLink: boolean;
};
