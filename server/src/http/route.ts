import type { z } from 'zod';
import type { Role, Scope } from '../access/caller.ts';
import type { App, Context } from '../context.ts';
import type { FailureCode } from '../errors.ts';
import type { EventTypes } from '../events/append-event.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Who may call: a person or credential with this role and scope, any verified caller, or the operator (S22). */
export type Allowed = { readonly role: Role; readonly scope: Scope } | 'caller' | 'operator';

type Shape = z.ZodType | undefined;
type Parsed<S extends Shape> = S extends z.ZodType ? z.output<S> : undefined;

/** What a route promises, in one place: OpenAPI, the battery and the SDK are made from it. */
export interface RouteFacts<P extends Shape, Q extends Shape, B extends Shape> {
  readonly method: Method;
  /** `/api/v1/connections/:id` */
  readonly path: string;
  readonly summary: string;
  readonly tag: string;
  /** Path parameters. A malformed one is a 400. */
  readonly params?: P;
  readonly query?: Q;
  /** `z.strictObject` on our own endpoints, `z.object` on the five contracts (RULINGS, Everywhere 4). */
  readonly body?: B;
  /** The shape of each successful answer by status; `null` where there is no body. */
  readonly answers: Readonly<Record<number, z.ZodType | null>>;
  /** What it refuses with besides what every route does (400, 401, 403, 413, 429). */
  readonly failures: readonly FailureCode[];
  /** The event a success appends, `call` where the log of calls has it, or `none`. */
  readonly audit: keyof EventTypes | 'call' | 'none';
  /** A workspace must be named in the query (001): missing is a 400, no member is a 403. */
  readonly workspaceInQuery?: true;
}

export interface RouteInput<P extends Shape, Q extends Shape, B extends Shape> {
  readonly params: Parsed<P>;
  readonly query: Parsed<Q>;
  readonly body: Parsed<B>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A route as the edge mounts it. */
export interface Route extends RouteFacts<Shape, Shape, Shape> {
  readonly access: Allowed | 'public';
  readonly answer: (request: { readonly app: App; readonly context: Context | undefined; readonly input: unknown }) => Promise<Answer>;
}
