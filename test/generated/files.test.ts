/** Every file that is made from others is as it would be made now. */
import { expect, test } from '@jest/globals';
import { heldText, MADE_FILES, textOf } from './files.ts';

test.each(MADE_FILES.map((file) => [file.path, file] as const))(
  '%s is up to date: else run npm run generate',
  async (_, file) => {
    expect(await heldText(file)).toBe(await textOf(file));
  },
  30_000,
);
