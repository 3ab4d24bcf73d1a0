import { compileQuery, type FindQuery, MAX_HITS } from './find-query.ts';

/** What goes to the worker, and what comes back: for each hit the text's index, its start and end. */
export type FindJob = { texts: readonly string[]; query: FindQuery };
export type FindReply = readonly number[];

/** The worker's work. */
export function answerJob({ texts, query }: FindJob): FindReply {
  const compiled = compileQuery(query);
  const reply: number[] = [];
  if (!compiled?.ok) return reply;
  for (const [index, text] of texts.entries()) {
    for (const match of text.matchAll(compiled.expression)) {
      if (match[0] === '') continue;
      reply.push(index, match.index, match.index + match[0].length);
      if (reply.length >= MAX_HITS * 3) return reply;
    }
  }
  return reply;
}
