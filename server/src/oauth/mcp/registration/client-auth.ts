import type { AuthorizationServerMetadata } from '@modelcontextprotocol/client';
import type { ClientAuth } from '../../../catalog/format/oauth.ts';

const methods: ReadonlyMap<string, ClientAuth> = new Map([
  ['client_secret_basic', 'basic'],
  ['client_secret_post', 'post'],
  ['none', 'none'],
]);

type Facts = Pick<AuthorizationServerMetadata, 'token_endpoint_auth_methods_supported'>;

/** Our way of proving ourselves that a `token_endpoint_auth_method` names (RFC 7591 §2); `undefined` for those we do not have. */
export function clientAuthOf(method: string): ClientAuth | undefined {
  return methods.get(method);
}

/** The method to register with: the first of ours that the server takes; one that does not say takes the first (RFC 8414 §2). */
export function wantedMethod({ token_endpoint_auth_methods_supported: supported }: Facts): string {
  return [...methods.keys()].find((method) => supported?.includes(method) === true) ?? 'client_secret_basic';
}

/** How a client that somebody else registered proves itself. */
export function configuredAuth(facts: Facts, hasSecret: boolean): ClientAuth {
  return hasSecret ? (clientAuthOf(wantedMethod(facts)) ?? 'basic') : 'none';
}
