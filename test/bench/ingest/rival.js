/** The usual way to take webhooks, for comparison: Express parses the body, mongoose creates a document; verified and durable too. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import express from 'express';
import mongoose from 'mongoose';

const [uri, database, secret] = process.argv.slice(2);
await mongoose.connect(uri, { dbName: database });
const schema = new mongoose.Schema(
  { type: String, event_timestamp: Number, data: mongoose.Schema.Types.Mixed },
  { timestamps: true, writeConcern: { w: 'majority', j: true } },
);
schema.index({ 'data.conversation_id': 1, type: 1, event_timestamp: 1 }, { unique: true });
const Webhook = mongoose.model('Webhook', schema);
await Webhook.init();

const app = express();
app.use(express.json({ limit: '8mb', verify: (request, _response, raw) => (request.raw = raw) }));
app.post('/webhooks/elevenlabs', async (request, response) => {
  const [, time, signature] =
    /^t=(\d+),v0=([0-9a-f]{64})$/.exec(request.get('elevenlabs-signature') ?? '') ?? [];
  if (signature === undefined) return response.status(401).json({ success: false });
  const expected = createHmac('sha256', secret).update(`${time}.`).update(request.raw).digest();
  const isFresh = Math.abs(Date.now() / 1_000 - Number(time)) < 1_800;
  if (!isFresh || !timingSafeEqual(expected, Buffer.from(signature, 'hex')))
    return response.status(401).json({ success: false });
  try {
    await Webhook.create(request.body);
  } catch (error) {
    if (error.code !== 11_000) return response.status(503).json({ success: false });
  }
  return response.json({ success: true });
});
const server = app.listen(0, '127.0.0.1', () =>
  process.stdout.write(`${JSON.stringify({ msg: 'listening', port: server.address().port })}\n`),
);
