/** The transcript of a planned conversation: turns as ElevenLabs writes them, with the ballast that real ones carry. */
import { phrasesOf } from './phrases.ts';
import type { PlannedConversation } from './planned.ts';
import { createRandom, HEX, type Random } from './random.ts';

/**
 * Writes the turns of a conversation.
 * @param conversation what is planned; its id seeds the choice of words
 * @returns turns in order of `time_in_call_secs`; as many `user` turns as planned
 */
export function transcriptOf(conversation: PlannedConversation): Record<string, unknown>[] {
  const random = createRandom('words', conversation.conversationId);
  const phrases = phrasesOf(conversation.language);
  const { userTurns, talkSecs, mood } = conversation;
  const turns = [turn(random, { role: 'agent', message: phrases.opening, secs: 0 })];
  for (let index = 0; index < userTurns; index += 1) {
    const secs = Math.floor(((index + 1) * talkSecs) / (userTurns + 1));
    // A mood shows in some sentences, not in each.
    const said = phrases.caller[random.chance(0.6) ? mood : 'neutral'];
    turns.push(turn(random, { role: 'user', message: random.pick(said), secs }));
    if (index % 6 === 4) turns.push(toolTurn(random, secs));
    const answer = index === userTurns - 1 ? phrases.closing : random.pick(phrases.agent);
    turns.push(turn(random, { role: 'agent', message: answer, secs: secs + 1 }));
  }
  return turns;
}

function turn(
  random: Random,
  { role, message, secs }: { role: 'user' | 'agent'; message: string; secs: number },
): Record<string, unknown> {
  const seconds = (least: number, most: number): number => random.whole(least, most) / 1e6;
  const metrics =
    role === 'user'
      ? { convai_asr_trailing_service_latency: { elapsed_time: seconds(90_000, 400_000) } }
      : {
          convai_llm_service_ttfb: { elapsed_time: seconds(250_000, 900_000) },
          convai_llm_service_ttf_sentence: { elapsed_time: seconds(350_000, 1_300_000) },
          convai_tts_service_ttfb: { elapsed_time: seconds(80_000, 300_000) },
        };
  return {
    role,
    agent_metadata: null,
    message,
    multivoice_message: null,
    tool_calls: [],
    tool_results: [],
    feedback: null,
    llm_override: null,
    time_in_call_secs: secs,
    conversation_turn_metrics: { metrics },
    rag_retrieval_info: null,
    llm_usage: role === 'user' ? null : llmUsage(random),
    interrupted: role === 'agent' && random.chance(0.06),
    original_message: null,
    source_medium: role === 'user' ? 'audio' : null,
  };
}

function toolTurn(random: Random, secs: number): Record<string, unknown> {
  const requestId = `call_${random.text(24, HEX)}`;
  return {
    ...turn(random, { role: 'agent', message: '', secs }),
    message: null,
    tool_calls: [
      {
        type: 'webhook',
        request_id: requestId,
        tool_name: 'lookup_booking',
        params_as_json: JSON.stringify({
          booking: random.whole(10_000, 99_999),
          include: ['status', 'slots'],
        }),
        tool_has_been_called: true,
        tool_details: { type: 'webhook', method: 'GET', url: 'https://booking.example.com/lookup' },
      },
    ],
    tool_results: [
      {
        request_id: requestId,
        tool_name: 'lookup_booking',
        result_value: JSON.stringify({ status: 'confirmed', slots: random.whole(0, 5) }),
        is_error: false,
        tool_has_been_called: true,
        tool_latency_secs: random.whole(100, 1_900) / 1000,
      },
    ],
  };
}

function llmUsage(random: Random): Record<string, unknown> {
  const input = random.whole(900, 4_000);
  const output = random.whole(12, 90);
  return {
    model_usage: {
      'gemini-2.5-flash': {
        input: { tokens: input, price: (input * 15) / 1e8 },
        input_cache_read: { tokens: 0, price: 0 },
        output_total: { tokens: output, price: (output * 60) / 1e8 },
      },
    },
  };
}
