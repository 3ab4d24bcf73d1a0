export * from './client.ts';
export * from './problems.ts';
export * from './routes.ts';
export * from './schema/common.ts';
export * from './schema/compute.ts';
export * from './schema/documents.ts';
export * from './schema/events.ts';
export * from './schema/identity.ts';
