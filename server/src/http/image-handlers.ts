import type { ApiHandlers } from './api-call.ts';
import type { ApiServices } from './api-handlers.ts';
import { pageOf } from './pages.ts';
import { fail } from './problem-response.ts';

type ImageHandlers = Pick<
  ApiHandlers,
  'getImageLog' | 'retryImage' | 'createImage' | 'deleteImage' | 'listEnvironments'
>;

/** Images that are made while the server runs. */
export function imageHandlers({ driver, apps }: ApiServices): ImageHandlers {
  const making = () => {
    if (driver.imageMaking) return driver.imageMaking;
    throw fail('not-offered', 'This backend does not make images.');
  };
  return {
    getImageLog: async ({ params }) => ({ status: 200, body: await making().log(params.id) }),
    retryImage: async ({ params }) => ({ status: 202, body: await making().retry(params.id) }),
    createImage: async ({ principal, body }) => {
      const { image, created } = await making().create(principal.user.id, body.environmentId);
      return { status: created ? 201 : 200, body: image };
    },
    deleteImage: async ({ principal, params }) => {
      const running = apps.list(principal.user).find(({ imageId, status }) => {
        const isThere = status === 'Pending' || status === 'InService' || status === 'Deleting';
        return imageId === params.id && isThere;
      });
      if (running)
        throw fail(
          'conflict',
          `An app on ${running.instanceType ?? 'this host'} runs this image. Shut it down first.`,
        );
      await making().remove(principal.user.id, params.id);
      return { status: 204 };
    },
    listEnvironments: async ({ principal, query }) => ({
      status: 200,
      body: pageOf(await making().found(principal.user.id), ({ id }) => id, query),
    }),
  };
}
