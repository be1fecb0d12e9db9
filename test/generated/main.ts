/** `npm run generate`: writes every made file anew. */
import { writeFile } from 'node:fs/promises';
import { MADE_FILES, textOf } from './files.ts';

for (const file of MADE_FILES) {
  await writeFile(file.path, await textOf(file));
  console.log(file.path);
}
