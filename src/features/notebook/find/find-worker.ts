import { answerJob, type FindJob, type FindReply } from './find-job.ts';

/** Searches with patterns of people, away from the page; ended from outside when it needs too long. */
const scope = globalThis as unknown as { postMessage(reply: FindReply): void };

globalThis.addEventListener('message', ({ data }: MessageEvent<FindJob>) => {
  scope.postMessage(answerJob(data));
});
