import type { FurtherInstanceType, ServerConfig } from './config.ts';
import { instanceTypeFacts } from './images/instance-types.ts';
import { UsageError } from './usage-error.ts';

/** Options of the command line about instance types and their sums. */

const form = 'Give it as --instance-type name=2,4 (vCPUs, GiB) or name=2,4,1 with a number of GPUs.';
const nameForm = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const highest = 65_536;

/** A plain decimal number above zero, or undefined. */
function positive(text: string | undefined): number | undefined {
  const value = text !== undefined && /^\d{1,6}(?:\.\d{1,6})?$/.test(text) ? Number(text) : Number.NaN;
  return value > 0 && value <= highest ? value : undefined;
}

/** `small=1,0.5` or `big=8,32,1`. */
function instanceTypeOf(text: string): FurtherInstanceType {
  const mark = text.indexOf('=');
  const name = text.slice(0, Math.max(mark, 0));
  const [vcpuText, memoryText, gpuText = '0', ...rest] = text.slice(mark + 1).split(',');
  const vcpu = positive(vcpuText);
  const memoryGiB = positive(memoryText);
  const isGpuCount = /^\d{1,3}$/.test(gpuText);
  if (!nameForm.test(name) || vcpu === undefined || memoryGiB === undefined || !isGpuCount || rest.length > 0)
    throw new UsageError(`--instance-type ${text} is not a name and a size. ${form}`);
  return { name, vcpu, memoryGiB, gpu: Number(gpuText) };
}

/** Types beside the catalogue's. Throws `UsageError`. */
export function instanceTypesOf(
  texts: readonly string[] | undefined,
  isForeign: boolean,
): Pick<ServerConfig, 'instanceTypes'> {
  if (texts === undefined) return {};
  if (isForeign)
    throw new UsageError('--instance-type needs apps of this server. Leave it or --jupyter-url out.');
  const instanceTypes = texts.map(instanceTypeOf);
  const names = [...instanceTypeFacts, ...instanceTypes].map(({ name }) => name);
  const twice = instanceTypes.find(({ name }) => names.indexOf(name) !== names.lastIndexOf(name));
  if (!twice) return { instanceTypes };
  throw new UsageError(`--instance-type ${twice.name} is a name in use. Give every type a name of its own.`);
}

function limitOf(flag: string, text: string | undefined): number | undefined {
  const value = positive(text);
  if (text === undefined || value !== undefined) return value;
  throw new UsageError(`--${flag} ${text} is not a size. Give a number above 0, or leave --${flag} out.`);
}

/** Sums over all running instances. Throws `UsageError`. */
export function limitsOf(
  vcpuText: string | undefined,
  memoryText: string | undefined,
): Pick<ServerConfig, 'limits'> {
  const totalVcpu = limitOf('limit-vcpu', vcpuText);
  const totalMemoryGiB = limitOf('limit-memory', memoryText);
  if (totalVcpu === undefined && totalMemoryGiB === undefined) return {};
  return {
    limits: {
      ...(totalVcpu === undefined ? {} : { totalVcpu }),
      ...(totalMemoryGiB === undefined ? {} : { totalMemoryGiB }),
    },
  };
}
