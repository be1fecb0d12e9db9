/** `npm run generate`: writes every made file anew, or those whose path begins with a word that is given. */
import { writeFile } from 'node:fs/promises';
import { MADE_FILES, textOf } from './files.ts';

const [beginning = ''] = process.argv.slice(2);
for (const file of MADE_FILES.filter(({ path }) => path.startsWith(beginning))) {
  await writeFile(file.path, await textOf(file));
  console.log(file.path);
}
