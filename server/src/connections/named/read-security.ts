import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { inMode } from '../../catalog/meant/in-mode.ts';
import { originsOf, tokenOriginsOf } from '../../catalog/origins.ts';
import { redirectConnector } from '../../catalog/meant/redirect.ts';
import { type FieldProblem, isAskedIn, resolveFields } from '../../catalog/resolve-fields.ts';
import { Failure } from '../../errors.ts';
import { pointer } from '../../lib/json-pointer.ts';
import { type OwnApp, takeOwnApp } from '../sign-in/provider/own-app.ts';
import { isSubmitted } from '../values/availability.ts';
import type { SubmittedValues } from '../values/submitted-values.ts';
import { type Given, nameFields } from './name-fields.ts';
import { type GivenToken, readToken } from './read-token.ts';
import { refusal, refusalOf } from './refuse-body.ts';
import { methodModes, methodsOf, type SecurityMethod, wordsOf } from './security-words.ts';

/** What a connection signs in with. */
export interface ReadSecurity extends SubmittedValues {
  /** As the connection means it: at its server, attaching what its way of signing in brings. */
  readonly connector: Connector;
  readonly authMode: AuthMode;
  /** An OAuth app of its own, where it waits for somebody to sign in. */
  readonly own?: OwnApp;
  /** A token that somebody was handed elsewhere. */
  readonly token?: GivenToken;
}

interface Reading {
  /** The server that takes the place of the manifest's. */
  readonly server: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Reads `security` (RULINGS 000.1): a method with its words, the connector's own field keys, or both. `server` takes the
 * place of the manifest's and is where the secrets may go (S1). Throws INVALID_INPUT for each thing that is wrong.
 */
export function readSecurity(manifest: Connector, security: Given, { server, now }: Reading): ReadSecurity {
  const { authMethod, ...words } = security;
  const method = readMethod(manifest, authMethod ?? undefined) ?? methodIn(manifest, words);
  const authMode = modeOf(manifest, method, words);
  const { token, given } = takeToken(authMode, words, now);
  const fields = nameFields(manifest, { authMode, words: wordsOf(manifest, method), given, server });
  const connector = redirectConnector(inMode(manifest, authMode), { server, transport: undefined });
  const resolved = resolveFields(connector, authMode, fields);
  if (!resolved.ok) throw refused(resolved.problems);
  const { config, secrets, own } = isSubmitted(authMode) ? { ...resolved, own: undefined } : appIn(resolved);
  const origins = originsOf(connector, config);
  const values = { connector, authMode, config, credentials: { secrets, origins }, ...(token && { token }) };
  if (own === undefined) return values;
  // The server of an MCP connection says whom it trusts; a manifest says so itself.
  const tokenOrigins = authMode === 'byo_oauth' ? tokenOriginsOf(connector, config) : origins;
  return { ...values, own: { client: own, origins: tokenOrigins } };
}

/** An imported token says by itself that it is OAuth. */
function methodIn(connector: Connector, given: Given): SecurityMethod | undefined {
  const isImport = isThere(given['oauth2Token']) && methodsOf(connector).includes('oauth2');
  return isImport ? 'oauth2' : undefined;
}

function takeToken(
  mode: AuthMode,
  words: Given,
  now: number,
): { readonly token: GivenToken | undefined; readonly given: Given } {
  if (isSubmitted(mode)) return { token: undefined, given: words };
  const { oauth2Token, ...given } = words;
  return { token: isThere(oauth2Token) ? readToken(oauth2Token, now) : undefined, given };
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** Throws INVALID_INPUT for a client secret of nobody. */
function appIn(submitted: Parameters<typeof takeOwnApp>[0]): ReturnType<typeof takeOwnApp> {
  try {
    return takeOwnApp(submitted);
  } catch (cause) {
    if (cause instanceof Failure) throw refusal(placeOf('client_id'), cause.message);
    throw cause;
  }
}

function readMethod(connector: Connector, given: unknown): SecurityMethod | undefined {
  if (given === undefined) return undefined;
  const methods = methodsOf(connector);
  const method = methods.find((each) => each === given);
  if (method !== undefined) return method;
  throw refusal(
    placeOf('authMethod'),
    `${connector.name} is not connected like that. It takes: ${methods.join(', ')}.`,
  );
}

/** The way of signing in that the method means; without a method, the first that asks for all that is given. */
function modeOf(connector: Connector, method: SecurityMethod | undefined, given: Given): AuthMode {
  const { auth_modes: modes } = connector;
  const keys = Object.keys(given);
  const fits = (mode: AuthMode) =>
    method === undefined
      ? keys.every((key) => connector.fields.some((field) => field.key === key && isAskedIn(field, mode)))
      : methodModes[method].some((each) => each === mode);
  return modes.find(fits) ?? modes[0];
}

function refused(problems: readonly FieldProblem[]): Failure {
  return refusalOf(problems.map(({ key, message }) => ({ path: placeOf(key), message })));
}

function placeOf(key: string): string {
  return key === '' ? pointer('security') : pointer('security', key.slice(0, 80));
}
