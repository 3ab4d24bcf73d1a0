import type { StudioContribution } from '@/services/services.ts';

/** Registries that the backend offers: experiments, models, pipelines. */
export const registriesContribution: StudioContribution = {
  id: 'registries',
  views: [
    {
      id: 'registries',
      title: 'Components and registries',
      icon: 'layers',
      order: 3,
      load: () => import('./RegistriesView.tsx'),
    },
  ],
};
