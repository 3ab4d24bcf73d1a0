import { expect, it } from 'vitest';
import { newNotebookText } from './new-notebook.ts';

it('is what nbformat.write would write for one empty code cell', () => {
  expect(newNotebookText('a1')).toBe(`{
 "cells": [
  {
   "cell_type": "code",
   "execution_count": null,
   "id": "a1",
   "metadata": {},
   "outputs": [],
   "source": []
  }
 ],
 "metadata": {},
 "nbformat": 4,
 "nbformat_minor": 5
}
`);
});
