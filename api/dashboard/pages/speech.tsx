/** What was said: recording, sentiment along the turns, and the turns themselves, searchable and tied to the recording. */
import { useMemo, useState } from 'preact/hooks';
import { addressWith } from '../address.ts';
import { useApp } from '../app.ts';
import { API_BASE_URL } from '../api-base.ts';
import type { Recording, Transcript, WholeCall } from '../call-load.ts';
import { foundIn } from '../marks.ts';
import { SentimentCurve } from './sentiment-curve.tsx';
import { Turns } from './turns.tsx';

type Audio = { current: HTMLAudioElement | null };

/** The cards of recording and transcripts. */
export function Speech({ whole, audio }: { whole: WholeCall; audio: Audio }) {
  const [atSeconds, setAtSeconds] = useState<number | null>(null);
  const playable = whole.recordings.filter(({ href }) => href !== null);
  const seek = (seconds: number): void => {
    if (audio.current === null) return;
    audio.current.currentTime = seconds;
    void audio.current.play().catch(() => undefined);
  };
  return (
    <>
      {whole.recordings.length > 0 && (
        <section class="card" aria-labelledby="recording-title">
          <h2 id="recording-title">Recording</h2>
          {whole.recordings.map((recording) => (
            <Player
              key={recording.id}
              recording={recording}
              mayPlay={whole.mayPlay}
              audio={recording === playable[0] ? audio : null}
              onTime={setAtSeconds}
            />
          ))}
        </section>
      )}
      {whole.transcripts.length === 0 ? (
        <section class="card">
          <h2>Transcript</h2>
          <p class="note">
            No transcript of this call is held: none was told, or it is older than transcripts are kept here.
          </p>
        </section>
      ) : (
        whole.transcripts.map((transcript) => (
          <TranscriptCard
            key={transcript.id}
            transcript={transcript}
            textShown={whole.textShown}
            atSeconds={atSeconds}
            seek={playable.length > 0 ? seek : null}
          />
        ))
      )}
    </>
  );
}

function Player(of: {
  recording: Recording;
  mayPlay: boolean;
  audio: Audio | null;
  onTime: (seconds: number) => void;
}) {
  const { recording, mayPlay, audio, onTime } = of;
  const { href, url, seconds, bytes, provider } = recording;
  const formats = useApp().formats.value;
  const about = [provider, seconds === null ? null : formats.length(seconds * 1_000)].filter(
    (text) => text !== null,
  );
  return (
    <div class="recording">
      {href !== null && mayPlay ? (
        <audio
          controls
          preload="none"
          ref={audio}
          src={`${API_BASE_URL}${href}`}
          onTimeUpdate={({ currentTarget }) => onTime(currentTarget.currentTime)}
        />
      ) : (
        <p class="note">
          {href !== null
            ? 'Your key does not let you hear recordings (scope pii).'
            : `The audio is not kept here${bytes === null ? '' : ` (${formats.compact(bytes)}B)`}.`}
        </p>
      )}
      <p class="note">
        {about.join(' · ')}
        {url !== null && /^https?:\/\//.test(url) && (
          <>
            {' · '}
            <a href={url} rel="noreferrer noopener" target="_blank">
              at the sender
            </a>
          </>
        )}
      </p>
    </div>
  );
}

type CardProps = {
  transcript: Transcript;
  textShown: boolean;
  atSeconds: number | null;
  seek: ((seconds: number) => void) | null;
};

function TranscriptCard({ transcript, textShown, atSeconds, seek }: CardProps) {
  const { place, formats } = useApp();
  const address = place.at.value;
  const sought = address.more.q ?? '';
  const { turns } = transcript;
  const hits = useMemo(
    () => turns.map(({ text }) => (text === null ? [] : foundIn(text, sought))),
    [transcript, sought],
  );
  const count = hits.reduce((sum, one) => sum + one.length, 0);
  return (
    <section class="card" aria-label={`Transcript of ${transcript.provider}`}>
      <header class="card-head">
        <h2>Transcript</h2>
        <span class="note">
          {transcript.provider}
          {transcript.language === null ? '' : ` · ${transcript.language}`} ·{' '}
          {formats.value.count(turns.length)} turns
        </span>
      </header>
      {!textShown && <p class="note">Your key does not let you read what was said (scope pii).</p>}
      <SentimentCurve transcript={transcript} />
      {textShown && (
        <label class="field">
          <span>Search inside</span>
          <input
            type="search"
            value={sought}
            onInput={({ currentTarget }) => place.swap(addressWith(address, { q: currentTarget.value }))}
          />
          <span role="status">{sought === '' ? '' : `${formats.value.count(count)} found`}</span>
        </label>
      )}
      <Turns turns={turns} hits={hits} atSeconds={atSeconds} seek={seek} />
      {!transcript.isWhole && <p class="note">The transcript is longer than is shown here.</p>}
    </section>
  );
}
