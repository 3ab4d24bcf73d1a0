import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Principal } from './principal.ts';

/** What handlers of Hono find in `c.env` and `c.var`. */
export type HttpEnv = {
  Bindings: { incoming: IncomingMessage; outgoing: ServerResponse };
  Variables: { principal: Principal };
};
