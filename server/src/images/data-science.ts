import { join } from 'node:path';
import type { ImageFacts } from './base-python.ts';
import type { Recipe } from './recipe-image.ts';

export const dataScienceId = 'data-science';

/** Image names of Studio that mean Data Science, 1.0 to 4.0, and the geospatial one, which is built upon it. */
const studioNames = [
  'datascience-1.0',
  'sagemaker-data-science-38',
  'sagemaker-data-science-38-v1',
  'sagemaker-data-science-310',
  'sagemaker-data-science-310-v1',
  'sagemaker-data-science-311',
  'sagemaker-data-science-311-v1',
];

export const dataScienceFacts: ImageFacts = {
  id: dataScienceId,
  displayName: 'Data Science',
  description: 'numpy, pandas, matplotlib, scikit-learn, pyarrow, plotly, altair and widgets.',
  aliases: studioNames,
};

export function dataScienceRecipe(pythonDir: string): Recipe {
  return {
    facts: dataScienceFacts,
    requirements: join(pythonDir, 'requirements', 'data-science.txt'),
    modules: ['numpy', 'pandas', 'matplotlib.pyplot', 'sklearn', 'pyarrow', 'ipywidgets', 'plotly', 'altair'],
    neededBytes: 1024 ** 3,
  };
}
