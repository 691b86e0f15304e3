import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Identity, WorkspaceWish } from '../access/access.ts';
import type { Role, Scope } from '../access/caller.ts';
import type { App, Context } from '../context.ts';
import type { FailureCode } from '../errors.ts';
import type { EventTypes } from '../events/append-event.ts';
import type { ProviderAnswer } from '../transports/outcome.ts';
import type { RelayedAnswer } from '../transports/http/proxy/relay.ts';
import type { Incoming, Upload } from './incoming.ts';
import type { Browser } from './pages/visit/browser.ts';
import { parseBody, parsePart } from './parse-input.ts';

type Method = 'GET' | 'HEAD' | 'OPTIONS' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: a role together with a scope, or one as good, any verified caller in a workspace, or the operator (S22). */
export type Allowed = { readonly role: Role; readonly scope: Scope; readonly orScope?: Scope } | 'caller' | 'operator';

/** The shape of each successful answer by status; `null` where there is no body. */
export type Answers = Readonly<Record<number, z.ZodType | null>>;

/** Inputs that succeed, for documentation and for the battery. Path parameters may be made up. */
interface RouteExample {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The API documents we serve, each in its own dialect. */
export const contracts = ['000', '001', '002', '003', '004'] as const;
export type Contract = (typeof contracts)[number];

/** What a route promises, in one place: OpenAPI, the battery and the SDK are made from it. */
export interface RouteFacts {
  /** The operation id, unique: `listCrews`. */
  readonly name: string;
  readonly method: Method;
  /** `/api/v1/connections/:id` */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** Which of the documents prints it; a part of one takes a body's unknown fields without a word (RULINGS, Everywhere 4). */
  readonly contract?: Contract;
  /** Path parameters. A malformed one is a 400. */
  readonly params?: z.ZodType;
  /** Without `workspace_id`, which every route understands. */
  readonly query?: z.ZodType;
  /** `z.strictObject` on our own endpoints, `z.object` on the five contracts (RULINGS, Everywhere 4). */
  readonly body?: z.ZodType;
  /** Takes a body of any media type as it arrives, in `Input.upload`, instead of JSON; its cap is its own. */
  readonly takesBytes?: true;
  /**
   * Hands the request on as it came, in `Input.incoming`, and what was answered while it arrives, in `Answer.relayed`. Its path
   * ends with `*`, and its whole query is the provider's.
   */
  readonly relays?: true;
  readonly answers: Answers;
  /** What a successful answer's body is. Default `application/json`; otherwise the body is text. */
  readonly contentType?: string;
  /** Whether it can answer with server-sent events where the request's `accept` asks for them, in `Answer.events`. */
  readonly streams?: true;
  /**
   * Whether it can hand on what a provider answered, whatever its status, in `Answer.passed`. Such a route is closed to
   * cookies: what others say is not for a browser that is signed in here (S12).
   */
  readonly passesThrough?: true;
  /** Whether it hands out what somebody uploaded, in `Answer.download`: closed to cookies too (S12). */
  readonly handsOut?: true;
  /** What it refuses with besides what every route does (400, 401, 403, 413, 429). */
  readonly failures: readonly FailureCode[];
  /** The event a success appends, `call` where the log of calls has it, or `none`. */
  readonly audit: keyof EventTypes | 'call' | 'none';
  /**
   * Where a workspace must be named: in the query (001, missing is a 400) or as the path's `:workspace`. No member is a 403.
   * `header`: where the query is somebody else's, so that it can be named in `X-Workspace` alone.
   */
  readonly workspaceIn?: 'query' | 'path' | 'header';
  /**
   * JSON Pointer (RFC 6901) to the id of what was made, in an answer that shows a secret this once: it is never kept, and a
   * replay of its `Idempotency-Key` is a 409 with that id (S16).
   */
  readonly showsSecretOnce?: string;
  /** Whether the token of an end user of an app opens it; absent: it does not. */
  readonly endUsers?: true;
  /** Answers whatever `Host` asks, for health checks by address (S7). */
  readonly anyHost?: true;
  readonly example?: RouteExample;
}

/** A request as it came in; `unknown` until a schema has seen it. */
export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  /** The media types the client asks for (RFC 9110 §12.5.1); empty where it does not say. */
  readonly accept: string;
  /** How the client wants to be served (RFC 7240); empty where it does not say. */
  readonly prefer: string;
  /** The body of a route that takes bytes. */
  readonly upload?: Upload | undefined;
  /** The request of a route that relays. */
  readonly incoming?: Incoming | undefined;
  /** What a browser brings to a page of ours. */
  readonly browser?: Browser | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Server-sent events in the place of the body (the event stream format of the HTML standard, §9.2). */
  readonly events?: Readable;
  /** JSON values, each on a line of its own (NDJSON), in the place of the body. */
  readonly lines?: Readable;
  /** What a provider answered, in the place of status and body. */
  readonly passed?: ProviderAnswer;
  /** A file, in the place of the body. */
  readonly download?: Download;
  /** What a provider answers, while it arrives, in the place of status, headers and body. */
  readonly relayed?: RelayedAnswer;
}

/** Bytes that somebody uploaded or a provider answered, as they leave (S12). */
export interface Download {
  readonly name: string;
  readonly contentType: string;
  readonly size: number;
  readonly bytes: Readable;
}

interface ContextRoute extends RouteFacts {
  readonly access: Allowed;
  /** Parses path and query (400), and hands back the rest of the work: find (404), parse the body (400), answer. */
  readonly accept: (raw: RawInput) => (ctx: Context) => Promise<Answer>;
}

/** A verified credential and the workspace it asks for, which it may not be in. */
export interface Asking {
  readonly identity: Identity;
  readonly wish: WorkspaceWish;
}

interface IdentityRoute extends RouteFacts {
  readonly access: 'identity';
  readonly accept: (raw: RawInput) => (app: App, asking: Asking) => Promise<Answer>;
}

interface PublicRoute extends RouteFacts {
  readonly access: 'public';
  /** A page of ours: it gets `RawInput.browser`, and its refusals are pages too. */
  readonly isPage?: true;
  readonly accept: (raw: RawInput) => (app: App) => Promise<Answer>;
}

/** A route as the edge mounts it: facts, and functions whose types are settled. */
export type Route = ContextRoute | IdentityRoute | PublicRoute;

type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

/** A declared status together with a body of its declared shape, or events or a provider's answer in its place. */
type AnswerOf<A extends Answers> = Answer &
  {
    [Status in keyof A]: A[Status] extends z.ZodType
      ? { readonly status: Status } & (
          | { readonly body: Deep<z.output<A[Status]>>; readonly events?: never }
          | { readonly events: Readable; readonly body?: undefined }
          | { readonly lines: Readable; readonly body?: undefined }
          | { readonly passed: ProviderAnswer; readonly body?: undefined }
          | { readonly download: Download; readonly body?: undefined }
          | { readonly relayed: RelayedAnswer; readonly body?: undefined }
        )
      : { readonly status: Status; readonly body?: undefined };
  }[keyof A];

/** What a definition says with types of its own; the schemas decide what the functions are handed. */
interface Typed<P, Q, B, A extends Answers> {
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  readonly answers: A;
}

type Plain = Omit<RouteFacts, 'params' | 'query' | 'body' | 'answers'>;

interface Named<P, Q> extends Pick<RawInput, 'accept' | 'prefer' | 'upload' | 'incoming'> {
  readonly params: P;
  readonly query: Q;
}

interface Input<P, Q, B, F> extends Named<P, Q> {
  readonly body: B;
  readonly found: F;
}

interface Definition<P, Q, B, F, A extends Answers> extends Plain, Typed<P, Q, B, A> {
  readonly access: Allowed;
  /** What the path names. A NOT_FOUND thrown here comes before anything that is said of the body (RULINGS, Everywhere 2). */
  readonly find?: (ctx: Context, named: Named<P, Q>) => Promise<F>;
  /** The same for an answer that looks for itself: asked only where the body is refused, so that the way without a mistake costs nothing. */
  readonly locate?: (ctx: Context, named: Named<P, Q>) => Promise<unknown>;
  readonly answer: (ctx: Context, input: Input<P, Q, B, F>) => Promise<AnswerOf<A>>;
}

interface IdentityDefinition<P, Q, B, A extends Answers> extends Plain, Typed<P, Q, B, A> {
  readonly answer: (app: App, input: Omit<Input<P, Q, B, undefined>, 'found'> & Asking) => Promise<AnswerOf<A>>;
}

interface PublicDefinition<P, Q, B, A extends Answers> extends Plain, Typed<P, Q, B, A> {
  readonly answer: (app: App, input: Omit<Input<P, Q, B, undefined>, 'found'>) => Promise<AnswerOf<A>>;
}

/** A route for a caller in a workspace. `params`, `query` and `body` reach `answer` with the types of their schemas. */
export function route<const A extends Answers, P = undefined, Q = undefined, B = undefined, F = undefined>(
  definition: Definition<P, Q, B, F, A>,
): Route {
  const { find, locate, answer, ...facts } = definition;
  return {
    ...facts,
    accept: (raw) => {
      const named = namedIn(facts, raw);
      return async (ctx: Context) => {
        const found = await findNamed(find, ctx, named);
        const body = await bodyOrElse(
          () => parseBody(facts.body, raw.body),
          async () => locate?.(ctx, named),
        );
        return answer(ctx, { ...named, found, body });
      };
    },
  };
}

/** A route for whoever has a verified credential, before a workspace is chosen. */
export function identityRoute<const A extends Answers, P = undefined, Q = undefined, B = undefined>(
  definition: IdentityDefinition<P, Q, B, A>,
): Route {
  const { answer, ...facts } = definition;
  return {
    ...facts,
    access: 'identity',
    accept: (raw) => {
      const named = namedIn(facts, raw);
      return async (app, asking) => answer(app, { ...named, ...asking, body: parseBody(facts.body, raw.body) });
    },
  };
}

/** A route anybody may call. It gets an `App`: there is no caller to trust by mistake. */
export function publicRoute<const A extends Answers, P = undefined, Q = undefined, B = undefined>(
  definition: PublicDefinition<P, Q, B, A>,
): Route {
  const { answer, ...facts } = definition;
  return {
    ...facts,
    access: 'public',
    accept: (raw) => {
      const named = namedIn(facts, raw);
      return async (app) => answer(app, { ...named, body: parseBody(facts.body, raw.body) });
    },
  };
}

function namedIn<P, Q>(facts: Pick<Typed<P, Q, unknown, Answers>, 'params' | 'query'>, raw: RawInput): Named<P, Q> {
  return {
    params: parsePart(facts.params, raw.params, 'path'),
    query: parsePart(facts.query, raw.query, 'query'),
    accept: raw.accept,
    prefer: raw.prefer,
    upload: raw.upload,
    incoming: raw.incoming,
  };
}

type Find<P, Q, F> = (ctx: Context, named: Named<P, Q>) => Promise<F>;

function findNamed<P, Q, F>(find: Find<P, Q, F> | undefined, ctx: Context, named: Named<P, Q>): Promise<F>;
async function findNamed<P, Q>(
  find: Find<P, Q, unknown> | undefined,
  ctx: Context,
  named: Named<P, Q>,
): Promise<unknown> {
  return find?.(ctx, named);
}

/** The body; where it is refused, whatever else is wrong comes first. */
async function bodyOrElse<B>(parse: () => B, check: () => Promise<unknown>): Promise<B> {
  try {
    return parse();
  } catch (refusal) {
    await check();
    throw refusal;
  }
}
