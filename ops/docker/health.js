/** Asks a process on its operations port whether it is ready: `node health.js 9401`. The image has no other client. */
const answer = await fetch(`http://127.0.0.1:${process.argv[2]}/ready`, {
  signal: AbortSignal.timeout(4_000),
});
process.exit(answer.ok ? 0 : 1);
