/**
 * Names and sizes of SageMaker's instance types, in SageMaker's own order, so that the `instance_type` of a notebook
 * means something here. Facts only; prices are the deployer's and are not shipped.
 */
export type InstanceTypeFacts = {
  name: string;
  category: string;
  vcpu: number;
  memoryGiB: number;
  gpu: number;
  fastLaunch: boolean;
  order: number;
};

type Row = readonly [
  name: string,
  category: string,
  vcpu: number,
  memoryGiB: number,
  gpu: number,
  launch?: 'fast',
];

const rows: readonly Row[] = [
  ['t3.medium', 'General purpose', 2, 4, 0, 'fast'],
  ['t3.large', 'General purpose', 2, 8, 0],
  ['t3.xlarge', 'General purpose', 4, 16, 0],
  ['t3.2xlarge', 'General purpose', 8, 32, 0],
  ['m5.large', 'General purpose', 2, 8, 0, 'fast'],
  ['m5.xlarge', 'General purpose', 4, 16, 0],
  ['m5.2xlarge', 'General purpose', 8, 32, 0],
  ['m5.4xlarge', 'General purpose', 16, 64, 0],
  ['m5.8xlarge', 'General purpose', 32, 128, 0],
  ['m5.12xlarge', 'General purpose', 48, 192, 0],
  ['m5.16xlarge', 'General purpose', 64, 256, 0],
  ['m5.24xlarge', 'General purpose', 96, 384, 0],
  ['m5d.large', 'General purpose', 2, 8, 0],
  ['m5d.xlarge', 'General purpose', 4, 16, 0],
  ['m5d.2xlarge', 'General purpose', 8, 32, 0],
  ['m5d.4xlarge', 'General purpose', 16, 64, 0],
  ['m5d.8xlarge', 'General purpose', 32, 128, 0],
  ['m5d.12xlarge', 'General purpose', 48, 192, 0],
  ['m5d.16xlarge', 'General purpose', 64, 256, 0],
  ['m5d.24xlarge', 'General purpose', 96, 384, 0],
  ['geospatial.interactive', 'General purpose', 0, 0, 0],
  ['c5.large', 'Compute optimized', 2, 4, 0, 'fast'],
  ['c5.xlarge', 'Compute optimized', 4, 8, 0],
  ['c5.2xlarge', 'Compute optimized', 8, 16, 0],
  ['c5.4xlarge', 'Compute optimized', 16, 32, 0],
  ['c5.9xlarge', 'Compute optimized', 36, 72, 0],
  ['c5.12xlarge', 'Compute optimized', 48, 96, 0],
  ['c5.18xlarge', 'Compute optimized', 72, 144, 0],
  ['c5.24xlarge', 'Compute optimized', 96, 192, 0],
  ['g4dn.xlarge', 'Accelerated computing', 4, 16, 1, 'fast'],
  ['g4dn.2xlarge', 'Accelerated computing', 8, 32, 1],
  ['g4dn.4xlarge', 'Accelerated computing', 16, 64, 1],
  ['g4dn.8xlarge', 'Accelerated computing', 32, 128, 1],
  ['g4dn.12xlarge', 'Accelerated computing', 48, 192, 4],
  ['g4dn.16xlarge', 'Accelerated computing', 64, 256, 1],
  ['p3.2xlarge', 'Accelerated computing', 8, 61, 1],
  ['p3.8xlarge', 'Accelerated computing', 32, 244, 4],
  ['p3.16xlarge', 'Accelerated computing', 64, 488, 8],
  ['p3dn.24xlarge', 'Accelerated computing', 96, 768, 8],
  ['r5.large', 'Memory Optimized', 2, 16, 0],
  ['r5.xlarge', 'Memory Optimized', 4, 32, 0],
  ['r5.2xlarge', 'Memory Optimized', 8, 64, 0],
  ['r5.4xlarge', 'Memory Optimized', 16, 128, 0],
  ['r5.8xlarge', 'Memory Optimized', 32, 256, 0],
  ['r5.12xlarge', 'Memory Optimized', 48, 384, 0],
  ['r5.16xlarge', 'Memory Optimized', 64, 512, 0],
  ['r5.24xlarge', 'Memory Optimized', 96, 768, 0],
  ['g5.xlarge', 'Accelerated computing', 4, 16, 1],
  ['g5.2xlarge', 'Accelerated computing', 8, 32, 1],
  ['g5.4xlarge', 'Accelerated computing', 16, 64, 1],
  ['g5.8xlarge', 'Accelerated computing', 32, 128, 1],
  ['g5.16xlarge', 'Accelerated computing', 64, 256, 1],
  ['g5.12xlarge', 'Accelerated computing', 48, 192, 4],
  ['g5.24xlarge', 'Accelerated computing', 96, 384, 4],
  ['g5.48xlarge', 'Accelerated computing', 192, 768, 8],
  ['p4d.24xlarge', 'Accelerated computing', 96, 1152, 8],
  ['p4de.24xlarge', 'Accelerated computing', 96, 1152, 8],
  ['trn1.2xlarge', 'Accelerated computing', 8, 32, 0],
  ['trn1.32xlarge', 'Accelerated computing', 128, 512, 0],
  ['trn1n.32xlarge', 'Accelerated computing', 128, 512, 0],
];

/** The catalogue. A type without vCPU (`ml.geospatial.interactive`) hides its size and belongs to one image of SageMaker. */
export const instanceTypeFacts: readonly InstanceTypeFacts[] = rows.map(
  ([name, category, vcpu, memoryGiB, gpu, launch], order) => ({
    name: `ml.${name}`,
    category,
    vcpu,
    memoryGiB,
    gpu,
    fastLaunch: launch === 'fast',
    order,
  }),
);
