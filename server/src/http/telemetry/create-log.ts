import { pino, stdSerializers, stdTimeFunctions, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import { isRecord } from '../../lib/json.ts';

export interface LogOptions {
  /** Default `info`. */
  readonly level?: string;
  /** Where lines go. Default: standard output. */
  readonly destination?: DestinationStream;
}

const headerNames = ['authorization', 'cookie', '["x-api-key"]', '["set-cookie"]', '["proxy-authorization"]'];
const under = ['', 'headers.', 'req.headers.', 'res.headers.', 'request.headers.', 'response.headers.', '*.'];

/** The log: JSON lines in which credentials are `[secret]`, wherever a careless line puts them (S25). */
export function createLog({ level = 'info', destination }: LogOptions = {}): Logger {
  const options: LoggerOptions = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: under.flatMap((prefix) => headerNames.map((name) => joined(prefix, name))), censor: '[secret]' },
    serializers: { err: shownError, error: shownError, url: shownText, ...silentRequests },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

const silentRequests = {
  req: (request: unknown) =>
    isRecord(request) ? { method: request['method'], url: shownText(request['url']) } : undefined,
  res: stdSerializers.res,
};

/** The text without what looks like a credential: bearer tokens, our keys, and `token`, `state`, `code` and the like in queries. */
export function withoutCredentials(text: string): string {
  return text
    .replaceAll(/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, '$1 [secret]')
    .replaceAll(
      /([?&#](?:[\w-]*token|state|code|key|api_key|apikey|secret|password|signature|sig)=)[^&#\s"']+/gi,
      '$1[secret]',
    )
    .replaceAll(/\bpb_[A-Za-z0-9_-]{12,}/g, '[secret]')
    .replaceAll(/:\/\/[^/\s:@]*:[^/\s@]+@/g, '://[secret]@');
}

function joined(prefix: string, name: string): string {
  return name.startsWith('[') ? `${prefix.replace(/\.$/, '')}${name}` : `${prefix}${name}`;
}

function shownText(value: unknown): unknown {
  return typeof value === 'string' ? withoutCredentials(value) : value;
}

/** An error by its name, code, sentence, stack and causes. Its other properties may quote values and are left out. */
function shownError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return shownText(error);
  return {
    type: error.name,
    code: 'code' in error ? error.code : undefined,
    message: withoutCredentials(error.message),
    stack: withoutCredentials(error.stack ?? ''),
    cause: error.cause === undefined || depth >= 3 ? undefined : shownError(error.cause, depth + 1),
  };
}
