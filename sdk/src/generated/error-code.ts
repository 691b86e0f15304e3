// Written by `npm run generate` from the description of the API. Change the routes of the server, not this file.

/** Every code that the server refuses a request with. */
export type RefusalCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'INVALID_INPUT'
  | 'RATE_LIMITED'
  | 'INTERNAL'
  | 'PROVIDER_UNAVAILABLE';
