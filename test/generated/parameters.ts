/** The table of parameters: route × parameter × the two requests that show that it is heeded. */
import { PARAMETERS } from '../api/parameter-cases.ts';

const HEAD = `# Parameters

Every parameter of every route, with two requests that differ in it alone. \`test/api/parameters.test.ts\` sends both to one server
with the same calls and fails where they are answered alike. Made by \`npm run generate\`; no cell may be empty.

| route | parameter | first | second | beside | answers |
|---|---|---|---|---|---|
`;

/** The text of the table. */
export function parameterTable(): string {
  const rows = PARAMETERS.map(({ method, path, name, found }) => {
    if (found === undefined) throw new Error(`${method} ${path}: no case shows that ${name} is heeded`);
    const beside = Object.entries(found.among).map(([other, value]) => `${other}=${value}`);
    const [first, second] = found.values.map((value) => value ?? 'not given');
    return `| ${method} ${path} | ${name} | ${first} | ${second} | ${beside.join(' ') || 'nothing'} | ${found.alike ?? 'differ'} |`;
  });
  return `${HEAD}${rows.join('\n')}\n`;
}
