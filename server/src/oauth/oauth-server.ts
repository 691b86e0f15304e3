import type { Capture, ClientAuth, RevocationBlock, TokenAnswer } from '../catalog/format/oauth.ts';
import type { TemplateValues } from '../catalog/templates/evaluate.ts';
import type { Secret } from '../lib/secret.ts';

/** One leg to a token endpoint: where, with what besides the standard's own parameters, written how. */
export interface TokenLeg {
  readonly url: string;
  readonly params: Readonly<Record<string, string | Secret>>;
  readonly headers: Readonly<Record<string, string | Secret>>;
  readonly body: 'form' | 'json' | 'query';
  readonly clientAuth: ClientAuth;
}

/** How its answers are read. */
export interface AnswerRules {
  readonly answer: TokenAnswer;
  readonly scopeSeparator: string;
  readonly captures: Readonly<Record<string, Capture>>;
}

/** An authorization server with every address worked out, from a manifest or by discovery. */
export interface OauthServer {
  /** What it calls itself (RFC 8414 §2), where that is known. */
  readonly issuer: string | undefined;
  /** Whether `iss` must come back with the code (RFC 9207 §2.4). */
  readonly issRequired: boolean;
  readonly authorization: {
    readonly url: string;
    readonly params: Readonly<Record<string, string>>;
    readonly selectAccountParams: Readonly<Record<string, string>>;
    readonly scopeParam: string;
  };
  readonly pkce: boolean;
  readonly code: TokenLeg;
  readonly refresh: TokenLeg;
  readonly rules: AnswerRules;
  /** RFC 7009. */
  readonly revocationUrl: string | undefined;
  /** How tokens are revoked where that is another way. */
  readonly ownRevocation?: OwnRevocation | undefined;
  readonly deviceAuthorizationUrl: string | undefined;
  /** RFC 8707: sent on every leg, where the tokens are for one resource. */
  readonly resource: string | undefined;
}

/** A request of a provider's own that ends what it granted. */
export interface OwnRevocation {
  /** Where it goes, whatever is put in. */
  readonly origin: string;
  readonly request: RevocationBlock;
  /** What is known of it besides tokens and client. */
  readonly values: TemplateValues;
}

/** Who we are to it. */
export interface OauthClient {
  readonly clientId: string;
  /** With `private_key_jwt` the key that signs, PEM or JWK. */
  readonly clientSecret: Secret | undefined;
}
