/** Loaded before an api process: notes when it hears of commits, when it begins to read, when pushes are written; told in a log line at SIGUSR2. */
import { MongoClient, ChangeStream } from 'mongodb';
import { createRequire } from 'node:module';

const ws = createRequire(createRequire(import.meta.url).resolve('socket.io'))('ws');
const nowMs = () => performance.timeOrigin + performance.now();

/** Sequence and instant; a push by its frame: sequence, slice, bytes, begin of its reading, of its first and its last write. */
const heard = [];
const written = [];
let readingMs = 0;
let last = { payload: null, push: null };

const { tryNext } = ChangeStream.prototype;
ChangeStream.prototype.tryNext = async function () {
  const change = await tryNext.call(this);
  if (change?.ns?.coll === 'updates') heard.push([change.documentKey._id, nowMs()]);
  return change;
};

const { startSession } = MongoClient.prototype;
MongoClient.prototype.startSession = function (options) {
  if (options?.snapshot === true) readingMs = nowMs();
  return startSession.call(this, options);
};

// One frame is made for all clients of a room: each of them is written the very same bytes.
const { sendFrame } = ws.Sender.prototype;
ws.Sender.prototype.sendFrame = function (list, done) {
  const payload = list.at(-1);
  if (payload !== last.payload) last = { payload, push: pushIn(payload) };
  sendFrame.call(this, list, done);
  if (last.push !== null) last.push.lastMs = nowMs();
};

function pushIn(payload) {
  const text = payload.toString('latin1');
  const [, sequence, slice] = /^42\["view_update",\{"sequence":(\d+),.*?"slice":"([^"]*)"/.exec(text) ?? [];
  if (sequence === undefined) return null;
  const push = {
    sequence: Number(sequence),
    slice,
    bytes: payload.length,
    readingMs,
    firstMs: nowMs(),
    lastMs: 0,
  };
  written.push(push);
  return push;
}

process.on('SIGUSR2', () => process.stdout.write(`${JSON.stringify({ msg: 'stamps', heard, written })}\n`));
