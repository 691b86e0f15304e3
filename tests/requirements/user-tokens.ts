import type { Requirement } from './requirement.ts';

/** Tokens with which an app's end users act, made here or signed by the app. */
export const userTokens = [
  {
    id: 'user-tokens/mint',
    source: 'PRODUCT: user tokens',
    sentence:
      'A token for an end user, named by the app’s id, lives 60 s to a day, an hour unless told otherwise; it is shown once and stored hashed.',
  },
  {
    id: 'user-tokens/bad-wish',
    source: 'PRODUCT: user tokens',
    sentence:
      'A wish that is not understood makes nothing: an unknown connector, field, connection or lifetime is a 400.',
  },
  {
    id: 'user-tokens/who-mints',
    source: 'SECURITY S3',
    sentence:
      'Tokens are made by MANAGER and above with the scope user_tokens:write, which agents’ keys, tokens of an identity provider and end users never have.',
  },
  {
    id: 'user-tokens/reach',
    source: 'PRODUCT: user tokens',
    sentence:
      'At MCP, by REST and through the raw proxy a token reaches its end user’s own connections and those named for it, and nothing else.',
  },
  {
    id: 'user-tokens/connectors',
    source: 'PRODUCT: user tokens',
    sentence:
      'Of a token for some connectors only these count: of the end user’s own connections no other is seen, used or begun.',
  },
  {
    id: 'user-tokens/named',
    source: 'SECURITY S3',
    sentence:
      'A token may name connections that whoever makes it may use now: of the workspace, of their crews, or their own; never another end user’s.',
  },
  {
    id: 'user-tokens/named-later',
    source: 'SECURITY S1',
    sentence: 'A named connection that was deleted, or became the personal one of somebody else, is out of reach.',
  },
  {
    id: 'user-tokens/named-is-no-ownership',
    source: 'SECURITY S3',
    sentence: 'What was named may be used and not changed, switched, shared or revoked.',
  },
  {
    id: 'user-tokens/closed',
    source: 'SECURITY S3',
    sentence: 'Every endpoint that is not for end users answers their tokens 403, whatever is asked.',
  },
  {
    id: 'user-tokens/isolation',
    source: 'SECURITY S21',
    sentence:
      'End users see nothing of each other nor of the workspace: not in lists, not by id, not by handle, not in messages.',
  },
  {
    id: 'user-tokens/steady-names',
    source: 'Everywhere 16',
    sentence:
      'An end user’s only connection of a connector is called by the connector’s name, whatever its handle and however many others there are.',
  },
  {
    id: 'user-tokens/list',
    source: 'Everywhere 9',
    sentence: 'Tokens in force are listed page by page, of one end user where named, without the token.',
  },
  {
    id: 'user-tokens/revoke',
    source: 'PRODUCT: user tokens',
    sentence:
      'A token is ended alone, or with all of its end user’s, those the app signed too; a second time is a 404.',
  },
  {
    id: 'user-tokens/at-once',
    source: 'RUNTIME R6',
    sentence: 'What ends a token holds on every replica within a second.',
  },
  {
    id: 'user-tokens/maker',
    source: 'SECURITY S3',
    sentence: 'A token ends with the key that made it and with the membership of whoever did.',
  },
  {
    id: 'user-tokens/erased',
    source: 'PRODUCT: user tokens',
    sentence:
      'With its end user a token is gone, and what the app signed for them until then makes nobody known again.',
  },
  {
    id: 'user-tokens/limits',
    source: 'Everywhere 11',
    sentence: 'Requests are counted by end user, whichever of their tokens they come with.',
  },
  {
    id: 'user-tokens/replay',
    source: 'SECURITY S16',
    sentence: 'A repeated Idempotency-Key makes no second token and shows the first no more: a 409 with its id.',
  },
  {
    id: 'key-sets/register',
    source: 'PRODUCT: user tokens',
    sentence:
      'A workspace registers 1 to 10 public keys, Ed25519, P-256 or RSA of 2048 bits and more, each by a kid of its own.',
  },
  {
    id: 'key-sets/private',
    source: 'SECURITY S26',
    sentence: 'A private key is refused by name as burnt, kept nowhere and repeated nowhere.',
  },
  {
    id: 'key-sets/person',
    source: 'SECURITY S3',
    sentence: 'Registering and replacing keys takes an ADMIN in person or a key with admin.',
  },
  {
    id: 'key-sets/verify',
    source: 'SECURITY S26',
    sentence:
      'A signed token counts for its exact issuer, audience, type and key, by that key’s algorithm, begun, not over, for an hour at most; a header that says more than that is refused.',
  },
  {
    id: 'key-sets/first-sight',
    source: 'PRODUCT: user tokens',
    sentence: 'Whom a signed token names is known from then on by the subject; saying the same again writes nothing.',
  },
  {
    id: 'key-sets/named',
    source: 'SECURITY S3',
    sentence:
      'A signed token reaches of the shared connections it names those that its key set lets it, and no personal one.',
  },
  {
    id: 'key-sets/rotate',
    source: 'PRODUCT: user tokens',
    sentence: 'Keys are replaced without a gap: what a key signed counts while the key is in the set, and no longer.',
  },
  {
    id: 'key-sets/revoke',
    source: 'RUNTIME R6',
    sentence: 'With a key set everything it signed is over on every replica within a second.',
  },
] as const satisfies readonly Requirement[];
