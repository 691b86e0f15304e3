import type { AuthMode, Connector } from '../../catalog/connector.ts';
import { originsOf } from '../../catalog/origins.ts';
import { redirectConnector } from '../../catalog/redirect.ts';
import { type FieldProblem, isAskedIn, resolveFields } from '../../catalog/resolve-fields.ts';
import type { Failure } from '../../errors.ts';
import { pointer } from '../../lib/json-pointer.ts';
import { isSubmitted } from '../values/availability.ts';
import type { SubmittedValues } from '../values/submitted-values.ts';
import { type Given, nameFields } from './name-fields.ts';
import { refusal, refusalOf, refuseAny } from './refuse-body.ts';
import { methodModes, methodsOf, type SecurityMethod, wordsOf } from './security-words.ts';

/** What a connection signs in with. */
export interface ReadSecurity extends SubmittedValues {
  readonly authMode: AuthMode;
}

/**
 * Reads `security` (RULINGS 000.1): a method with its words, the connector's own field keys, or both. `server` takes the
 * place of the manifest's and is where the secrets may go (S1). Throws INVALID_INPUT for each thing that is wrong.
 */
export function readSecurity(manifest: Connector, security: Given, server: string | undefined): ReadSecurity {
  const { authMethod, ...given } = security;
  const method = readMethod(manifest, authMethod ?? undefined);
  const authMode = modeOf(manifest, method, given);
  refuseLater(authMode, given);
  const words = wordsOf(manifest, method);
  const fields = nameFields(manifest, { authMode, words, given, server });
  const connector = redirectConnector(manifest, { server, transport: undefined });
  const resolved = resolveFields(connector, authMode, fields);
  if (!resolved.ok) throw refused(resolved.problems);
  const { config, secrets } = resolved;
  if (!isSubmitted(authMode)) refuseAny(Object.keys(secrets).map((key) => ({ path: placeOf(key), message: ownApp })));
  return { authMode, config, credentials: { secrets, origins: originsOf(connector, config) } };
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

/** What cannot be taken in yet is refused rather than dropped. */
function refuseLater(mode: AuthMode, given: Given): void {
  if (isSubmitted(mode)) return;
  if ((given['oauth2Token'] ?? null) !== null)
    throw refusal(
      placeOf('oauth2Token'),
      'Importing a token is not part of this version yet. Sign in through a browser.',
    );
}

const ownApp = 'Bringing an OAuth app of your own along is not part of this version yet.';

function refused(problems: readonly FieldProblem[]): Failure {
  return refusalOf(problems.map(({ key, message }) => ({ path: placeOf(key), message })));
}

function placeOf(key: string): string {
  return key === '' ? pointer('security') : pointer('security', key.slice(0, 80));
}
