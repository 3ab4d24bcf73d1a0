import { describe, expect, it } from 'vitest';
import { fakeImage } from '@/services/fake-compute-store.ts';
import { imageGroup, imageReason, makingFacts, makingText } from './image-making.ts';

const step = (name: string, state: 'waiting' | 'running' | 'done' | 'failed') => ({
  name,
  title: `Do ${name}`,
  state,
});
const steps = [step('a', 'done'), step('b', 'running'), step('c', 'waiting')];

describe('the making of an image', () => {
  it('is told by its running step', () => {
    expect(makingText({ steps })).toBe('Step 2 of 3: Do b');
    expect(makingFacts({ steps })).toMatchObject({ place: 2, count: 3, share: 1 / 3 });
    expect(makingText({ steps: [step('a', 'done'), step('b', 'failed')] })).toBe('Step 2 of 2: Do b');
  });

  it('is told before the first and after the last step, and without steps', () => {
    expect(makingText({ steps: [step('a', 'waiting')] })).toBe('Waiting to be made');
    expect(makingText({ steps: [step('a', 'done')] })).toBe('Nearly done');
    expect(makingText({})).toBe('Waiting to be made');
    expect(makingFacts({}).share).toBeNull();
  });

  it('is why an image cannot be selected', () => {
    expect(imageReason(fakeImage('a', 'A'))).toBeNull();
    expect(imageReason(fakeImage('a', 'A', { status: 'CREATING', steps }))).toBe(
      'being made, step 2 of 3: Do b',
    );
    expect(imageReason(fakeImage('a', 'A', { status: 'CREATE_FAILED' }))).toBe('was not made');
    expect(imageGroup(fakeImage('a', 'A', { scope: 'user' }))).toBe('Yours');
  });
});
