import { type Readable, Transform } from 'node:stream';
import { EgressError } from '../../../egress/egress.ts';

/**
 * The same bytes, of which there may be so many; then it fails with `too_large`. It fails with `aborted` where whoever sends
 * them leaves. Ending it early leaves the source open: an answer may still go back on its connection.
 */
export function cappedBody(source: Readable, mostBytes: number): Readable {
  let size = 0;
  const body = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size <= mostBytes) done(null, chunk);
      else done(tooLargeBody(mostBytes));
    },
  });
  const left = (): void => {
    if (!source.readableEnded) body.destroy(new EgressError('aborted', 'The caller left before the request was sent.'));
  };
  source.once('close', left);
  source.once('error', left);
  body.once('close', () => source.unpipe(body).resume());
  return source.pipe(body);
}

/** A body that grew past its limit. */
export function tooLargeBody(mostBytes: number): EgressError {
  return new EgressError('too_large', `The request has more than ${mostBytes} bytes.`);
}
