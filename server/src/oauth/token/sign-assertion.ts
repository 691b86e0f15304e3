import { SignJWT } from 'jose';
import type { Assertion } from '../../catalog/format/exchange.ts';
import { renderText, type TemplateValues } from '../../catalog/templates/evaluate.ts';
import { fillJson, parseJsonTemplate } from '../../catalog/templates/json-template.ts';
import { parseTemplate } from '../../catalog/templates/template.ts';
import { newId } from '../../lib/ids.ts';
import { isRecord } from '../../lib/json.ts';
import { Secret } from '../../lib/secret.ts';
import { readSigningKey } from './signing-key.ts';

type Signed = { readonly ok: true; readonly assertion: Secret } | { readonly ok: false; readonly message: string };

/** A JWT that proves whose key the connection holds (RFC 7523 §3): short-lived, and no two are the same. */
export async function signAssertion(assertion: Assertion, values: TemplateValues, now: number): Promise<Signed> {
  const text = secretIn(assertion.key, values);
  if (text === undefined) return { ok: false, message: 'The key that signs is missing.' };
  const key =
    assertion.algorithm === 'HS256'
      ? { ok: true as const, key: Buffer.from(text.reveal()), id: undefined }
      : readSigningKey(text);
  if (!key.ok) return key;
  const issued = Math.floor(now / 1000);
  const { value } = fillJson(parseJsonTemplate(assertion.claims), values);
  const claims = {
    ...(isRecord(value) ? value : {}),
    iat: issued - assertion.backdate,
    exp: issued + assertion.lifetime,
    jti: newId(now),
  };
  const id = (assertion.key_id && secretIn(assertion.key_id, values)?.reveal()) ?? key.id;
  const header = { alg: assertion.algorithm, typ: 'JWT', ...(id !== undefined && { kid: id }) };
  try {
    return { ok: true, assertion: new Secret(await new SignJWT(claims).setProtectedHeader(header).sign(key.key)) };
  } catch {
    return {
      ok: false,
      message: `The key cannot sign with ${assertion.algorithm}: it is of another kind, or too short.`,
    };
  }
}

function secretIn(template: string, values: TemplateValues): Secret | undefined {
  const text = renderText(parseTemplate(template), values);
  return typeof text === 'string' ? new Secret(text) : text;
}
