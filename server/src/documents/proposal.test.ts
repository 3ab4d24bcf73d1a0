import type { Image, InstanceType } from '@atelier-ide/contract';
import { describe, expect, it } from 'vitest';
import { type ProposalFacts, propose } from './proposal.ts';

function image(
  id: string,
  kernels: string[],
  aliases: string[] = [],
  processor: 'CPU' | 'GPU' = 'CPU',
): Image {
  return {
    id,
    displayName: id,
    description: '',
    driver: 'env',
    processor,
    status: 'CREATED',
    version: '1',
    kernels: kernels.map((name) => ({ name, displayName: name, language: 'python' })),
    guidance: 'NOT_PROVIDED',
    scope: 'domain',
    aliases,
  };
}

function type(name: string, gpu = 0, reason?: string): InstanceType {
  const available = reason === undefined ? { ok: true } : { ok: false, reason };
  return { name, vcpu: 2, memoryGiB: 4, gpu, category: 'Standard', fastLaunch: true, order: 0, available };
}

const facts: ProposalFacts = {
  remembered: null,
  last: null,
  metadata: undefined,
  images: [
    image('base-python', ['python3'], ['sagemaker-base-python-310']),
    image('data-science', ['python3', 'conda-ds'], ['datascience-1.0']),
    image('torch-gpu', ['python3'], ['pytorch-gpu'], 'GPU'),
  ],
  types: [
    type('ml.t3.medium'),
    type('ml.m5.large'),
    type('ml.p3.2xlarge', 1, 'This host has no GPU.'),
    type('ml.g4dn.xlarge', 1),
  ],
  defaults: {
    imageId: 'base-python',
    cpuInstanceType: 'ml.t3.medium',
    gpuInstanceType: 'ml.g4dn.xlarge',
    scriptId: null,
  },
};
const arn = (name: string): string => `arn:aws:sagemaker:us-east-1:081325390199:image/${name}`;

describe('proposal of an environment', () => {
  it('says that an image which the file or a choice names is still being made, or why it cannot be used', () => {
    const [base, science] = facts.images;
    if (!base || !science) throw new Error('Two images are needed.');
    const notesWith = (status: 'CREATING' | 'CREATE_FAILED', wish: Partial<ProposalFacts>) =>
      propose({
        ...facts,
        ...wish,
        images: [base],
        notReady: [{ ...science, displayName: 'Data Science', status, failureReason: 'The disk is full.' }],
      });
    const metadata = { kernelspecName: `python3__SAGEMAKER_INTERNAL__${arn('datascience-1.0')}` };
    const remembered = { imageId: 'data-science', kernelName: 'python3', instanceType: 'ml.t3.medium' };
    for (const wish of [{ metadata }, { remembered }]) {
      expect(notesWith('CREATING', wish)).toMatchObject({
        imageId: 'base-python',
        note: 'Data Science is still being made.',
      });
      expect(notesWith('CREATE_FAILED', wish).note).toBe('Data Science cannot be used: The disk is full.');
    }
  });

  it('is the default for a document that nothing is known of', () => {
    expect(propose(facts)).toEqual({
      imageId: 'base-python',
      kernelName: 'python3',
      instanceType: 'ml.t3.medium',
      source: 'default',
    });
  });

  it('follows the image and type that a Studio notebook names [A10]', () => {
    const metadata = {
      kernelspecName: `conda-ds__SAGEMAKER_INTERNAL__${arn('datascience-1.0')}`,
      instanceType: 'ml.m5.large',
    };
    expect(propose({ ...facts, metadata })).toEqual({
      imageId: 'data-science',
      kernelName: 'conda-ds',
      instanceType: 'ml.m5.large',
      source: 'metadata',
    });
  });

  it('knows image versions and takes the image’s own kernel where the named one is missing', () => {
    const name = 'arn:aws:sagemaker:eu-west-1:1:image-version/sagemaker-base-python-310/1';
    const proposal = propose({
      ...facts,
      metadata: { kernelspecName: `python39__SAGEMAKER_INTERNAL__${name}` },
    });
    expect(proposal).toMatchObject({ imageId: 'base-python', kernelName: 'python3', source: 'metadata' });
  });

  it('says why a type is not proposed', () => {
    const proposal = propose({ ...facts, metadata: { instanceType: 'ml.p3.2xlarge' } });
    expect(proposal.instanceType).toBe('ml.t3.medium');
    expect(proposal.note).toBe('ml.p3.2xlarge is not available here: This host has no GPU.');
    expect(propose({ ...facts, metadata: { instanceType: 'ml.x9.huge' } }).note).toContain(
      'not in the catalogue',
    );
  });

  it('says that an image is not here, and still follows the type', () => {
    const metadata = {
      kernelspecName: `python3__SAGEMAKER_INTERNAL__${arn('mxnet-1.8')}`,
      instanceType: 'ml.m5.large',
    };
    const proposal = propose({ ...facts, metadata });
    expect(proposal).toMatchObject({
      imageId: 'base-python',
      instanceType: 'ml.m5.large',
      source: 'metadata',
    });
    expect(proposal.note).toContain('mxnet-1.8');
  });

  it('gives a GPU image a type with a GPU', () => {
    const metadata = {
      kernelspecName: `python3__SAGEMAKER_INTERNAL__${arn('pytorch-gpu')}`,
      instanceType: 'ml.t3.medium',
    };
    const proposal = propose({ ...facts, metadata });
    expect(proposal).toMatchObject({ imageId: 'torch-gpu', instanceType: 'ml.g4dn.xlarge' });
    expect(proposal.note).toContain('needs a GPU');
  });

  it('puts what was chosen for the document before what the file says', () => {
    const remembered = { imageId: 'data-science', kernelName: 'python3', instanceType: 'ml.m5.large' };
    const metadata = { kernelspecName: 'python3', instanceType: 'ml.t3.medium' };
    expect(propose({ ...facts, remembered, metadata })).toEqual({ ...remembered, source: 'remembered' });
  });

  it('gives a new document what the user chose last, and a file that names an image what it names', () => {
    const last = { imageId: 'data-science', kernelName: 'conda-ds', instanceType: 'ml.m5.large' };
    expect(propose({ ...facts, last })).toEqual({ ...last, source: 'remembered' });
    expect(propose({ ...facts, last, metadata: { kernelspecName: 'python3' } })).toEqual({
      ...last,
      kernelName: 'python3',
      source: 'remembered',
    });
    const metadata = { kernelspecName: `python3__SAGEMAKER_INTERNAL__${arn('sagemaker-base-python-310')}` };
    expect(propose({ ...facts, last, metadata })).toMatchObject({
      imageId: 'base-python',
      source: 'metadata',
    });
  });

  it('replaces a remembered image or type that is gone, and says so', () => {
    const remembered = { imageId: 'gone', kernelName: 'python3', instanceType: 'ml.p3.2xlarge' };
    const proposal = propose({ ...facts, remembered });
    expect(proposal).toMatchObject({ imageId: 'base-python', instanceType: 'ml.t3.medium' });
    expect(proposal.note).toContain('gone');
    expect(proposal.note).toContain('ml.p3.2xlarge');
  });

  it('names only the kernel on a backend without images and types', () => {
    const bare: ProposalFacts = {
      ...facts,
      images: [],
      types: [],
      defaults: { imageId: null, cpuInstanceType: null, gpuInstanceType: null, scriptId: null },
    };
    expect(
      propose({ ...bare, metadata: { kernelspecName: 'ir', instanceType: 'ml.t3.medium' } }),
    ).toMatchObject({
      imageId: null,
      kernelName: 'ir',
      instanceType: null,
    });
    expect(propose(bare)).toEqual({ imageId: null, kernelName: null, instanceType: null, source: 'default' });
  });
});
