import type { RouteName, routes } from '@atelier-ide/contract';
import type { z } from 'zod';
import type { Principal } from './principal.ts';

type Spec<N extends RouteName> = (typeof routes)[N];
type ParamNames<P extends string> = P extends `${string}{${infer K}}${infer R}` ? K | ParamNames<R> : never;

/** A request to one route of the contract, after sign-in, forgery, scope, feature and schema checks. */
export type ApiCall<N extends RouteName> = {
  principal: Principal;
  params: Record<ParamNames<Spec<N>['path']>, string>;
  query: Spec<N> extends { query: infer Q extends Record<string, z.ZodType> }
    ? { [K in keyof Q]?: z.output<Q[K]> }
    : Record<never, never>;
  body: Spec<N> extends { body: infer B extends z.ZodType } ? z.output<B> : undefined;
  /** The generation of If-Match; present where the route asks for it. */
  generation: Spec<N> extends { ifMatch: true } ? number : undefined;
};

export type ApiAnswer = { status: number; body?: unknown; headers?: Record<string, string> };

export type ApiHandlers = { [N in RouteName]: (call: ApiCall<N>) => ApiAnswer | Promise<ApiAnswer> };
