export { createPlugboard, type Plugboard, type ProxyRequest, type RequestOptions } from './create-plugboard.ts';
export type * from './generated/types.ts';
export type { Bytes, Options } from './http/ask.ts';
export type { List, Page } from './http/list.ts';
export type { ServerEvent } from './http/events-of.ts';
export type { Fetch, PlugboardOptions } from './http/target.ts';
export {
  type Choice,
  type ErrorCode,
  type ErrorDetails,
  isPlugboardError,
  PlugboardError,
  type Problem,
} from './plugboard-error.ts';
export {
  type ConnectLinkClaims,
  type PrivateJwk,
  signConnectLink,
  signUserToken,
  type UserTokenClaims,
} from './sign-token.ts';
export {
  type CallableTool,
  type CallOptions,
  describeOutcome,
  type ToolFilter,
  type ToolOutcome,
  type Toolset,
  type WaitingCall,
} from './toolset.ts';
export { verifyWebhook, WebhookError, type WebhookMessage } from './verify-webhook.ts';
