import { describe, expect, it } from 'vitest';
import { covers } from '../../../tests/support/covers.ts';
import { z } from 'zod';
import { Failure } from '../errors.ts';
import { parseBody } from './parse-input.ts';
import { failureOf, shownFailure } from './show-failure.ts';

const body = z.object({ name: z.string(), fields: z.record(z.string(), z.string()).optional() });

function shown(thrown: () => unknown, url: string) {
  try {
    thrown();
  } catch (error) {
    return shownFailure(failureOf(error), error, { id: 'request-1', url });
  }
  throw new Error('Nothing was thrown.');
}

function fail(failure: Failure) {
  return () => {
    throw failure;
  };
}

describe('a failure', () => {
  it('is one envelope with its details beside the message', () => {
    const failure = new Failure('CONFLICT', 'Which one?', { details: { choices: ['a', 'b'], code: 'FAKE' } });
    expect(shown(fail(failure), '/api/v1/x')).toMatchObject({
      status: 409,
      body: { error: { code: 'CONFLICT', message: 'Which one?', request_id: 'request-1', choices: ['a', 'b'] } },
    });
  });

  it('says when to come back', () => {
    const failure = new Failure('RATE_LIMITED', 'Later.', { retryAfter: 2.4 });
    expect(shown(fail(failure), '/api/v1/x').headers).toEqual({ 'retry-after': '3' });
  });

  it('never repeats what was sent', () => {
    const { body: answer } = shown(() => parseBody(body, { name: 'x', fields: { token: 12345678 } }), '/api/v1/x');
    expect(JSON.stringify(answer)).not.toContain('12345678');
  });
});

describe('on /v1/tools/*', () => {
  it('a missing field is a 422 with its place', () => {
    covers('everywhere/3-tools-dialect');
    expect(shown(() => parseBody(body, {}), '/v1/tools/connectors/zendesk/connect')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'name'], msg: 'Field required', type: 'missing' }] },
    });
  });

  it('a wrong value is a value_error', () => {
    expect(shown(() => parseBody(body, { name: 1 }), '/v1/tools/connectors/zendesk/connect')).toMatchObject({
      body: { detail: [{ loc: ['body', 'name'], type: 'value_error' }] },
    });
  });

  it('an input that is refused later reads the same', () => {
    const failure = new Failure('INVALID_INPUT', 'missing required field: token', {
      details: { problems: [{ path: '/security/token', message: 'missing required field: token' }] },
    });
    expect(shown(fail(failure), '/v1/tools/connectors/zendesk/connect')).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['body', 'security', 'token'], msg: 'missing required field: token', type: 'missing' }] },
    });
  });

  it('everything else is our one envelope', () => {
    expect(shown(fail(new Failure('NOT_FOUND', 'No such connector.')), '/v1/tools/connectors/x/connect')).toMatchObject(
      {
        status: 404,
        body: { error: { code: 'NOT_FOUND' } },
      },
    );
  });
});
