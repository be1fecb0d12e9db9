/** Lets mongodb-memory-server download its server, in a process that can be given its own environment and be ended. */
import { MongoBinary } from 'mongodb-memory-server';

try {
  process.stdout.write(`\nmongod at ${await MongoBinary.getPath()}\n`);
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
