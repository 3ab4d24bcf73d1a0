import { createRoot } from 'react-dom/client';
import { readConfig } from './app/config.ts';
import { contributions } from './app/contributions.ts';
import { createStudio } from './app/create-services.ts';
import { followTitle } from './app/follow-title.ts';
import { createStudioTest } from './app/studio-test.ts';
import { StudioApp } from './app/StudioApp.tsx';

const place = document.getElementById('studio');
if (!place) throw new Error('The page has no element with the id "studio"');
const config = readConfig(location.search);
const studio = createStudio(config, contributions);
followTitle(document, studio.tabs);
if (config.isTest) window.studioTest = createStudioTest(studio.probes, studio.services.session);
createRoot(place).render(<StudioApp studio={studio} />);
void studio.start();
