import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { RouteConfig, RouteHandler } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HttpError, answerResponse, unavailable } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Scope } from '../caller.ts';
import type { Door, Service } from './service.ts';

/** Somebody at the other end of a WebSocket, who only listens. */
export interface Listener {
  /** Fires when it is gone. */
  readonly gone: AbortSignal;
  /** Returns once the text is on its way: whoever reads slowly is waited for, and nothing piles up. */
  send(text: string): Promise<void>;
  close(code: number, reason: string): void;
}

/** What a route does with a listener. */
export type Listen = (listener: Listener) => Promise<void>;

/** What each request brings along, beside itself. */
export interface HttpEnv {
  readonly Bindings: HttpBindings & {
    /** The path of the route that was found, for the metrics. */
    endpoint: string;
    /** Fires when the client is gone. */
    readonly closed: AbortSignal;
    /** What its caller sees. */
    service?: Service;
    /** Makes it a WebSocket, should the route have no objection; undefined where none was asked for. */
    readonly listen?: (listen: Listen) => void;
  };
}

/** Every route of the worker, with the description of each. */
export type App = OpenAPIHono<HttpEnv>;

/** Answers, or undefined when it has written the response itself. */
type Handle<R extends RouteConfig> = (
  context: Parameters<RouteHandler<R, HttpEnv>>[0],
  service: Service,
) => Promise<Answer | undefined>;

/** What a route asks of its callers, beside its description. */
interface Rules {
  /** It asks for no token. */
  readonly open?: true;
  /** What its callers must be allowed to do; by its method when absent. */
  readonly scope?: Scope;
}

/** Name of the bearer token in the description. */
export const BEARER = 'bearer';

/** What it is, in words of OpenAPI and AsyncAPI alike. */
export const bearerScheme = {
  type: 'http',
  scheme: 'bearer',
  description:
    'The value of `API_TOKEN`, a token of `API_TOKENS`, or one that an issuer of `JWT_ISSUERS` has signed; where the worker has none of these, no token is asked for.',
} as const;

export function newApp(): App {
  return new OpenAPIHono<HttpEnv>({
    defaultHook(result) {
      if (result.success) return;
      const problems = result.error.issues.map(({ path, message }) => ({
        path: path.join('.'),
        message,
      }));
      throw new HttpError(422, `cannot read the ${places[result.target] ?? result.target}`, { problems });
    },
  });
}

const places: Readonly<Record<string, string>> = { json: 'body', param: 'path' };

/** Adds a route, with its description, to those that the worker answers. Its handler has no stores but those of its caller. */
export function addRoute<const R extends RouteConfig>(
  app: App,
  door: Door,
  { open, scope, ...route }: R & Rules,
  handle: Handle<R>,
): void {
  const guard = open ? [] : [authorized(door, scope ?? (route.method === 'get' ? 'read' : 'write'))];
  const limit = route.request?.body ? [limited(door.maxRequestBytes)] : [];
  const middleware = [entered(route.path), ...guard, ...limit];
  const security = open ? [] : [{ [BEARER]: [] }];
  const answer = async (context: Parameters<typeof handle>[0]): Promise<Response> => {
    const said = await handle(context, context.env.service ?? door.serviceOf(undefined));
    return said ? answerResponse(said) : RESPONSE_ALREADY_SENT;
  };
  // What is described and what is answered are kept together by tests; the types of the library would have each status written twice.
  app.openapi(
    { ...route, middleware, security } as unknown as R,
    answer as unknown as RouteHandler<R, HttpEnv>,
  );
}

function entered(path: string): MiddlewareHandler<HttpEnv> {
  return async ({ env }, next) => {
    env.endpoint = path;
    await next();
  };
}

/** The token of a request, as most clients send it or as the SDK does its key. */
function tokenOf(header: string | undefined, key: string | undefined): string | undefined {
  if (header === undefined) return key;
  return /^bearer +(.+)$/i.exec(header)?.[1];
}

function authorized({ identify, serviceOf, log }: Door, scope: Scope): MiddlewareHandler<HttpEnv> {
  return async ({ req, env }, next) => {
    const token = tokenOf(req.header('authorization'), req.header('x-api-key'));
    const caller = await identify(token).catch((error: unknown) => {
      log.warn({ err: error }, 'cannot have the keys of an issuer');
      throw unavailable('cannot have the keys of the issuer of the token now');
    });
    if (!caller) throw new HttpError(401, 'expected a bearer token', {}, { 'WWW-Authenticate': 'Bearer' });
    if (!caller.scopes.includes(scope)) {
      const missing = `Bearer error="insufficient_scope", scope="${scope}"`;
      throw new HttpError(403, `the token does not allow to ${scope}`, {}, { 'WWW-Authenticate': missing });
    }
    env.service = serviceOf(caller.tenant);
    await next();
  };
}

/** Of the routes whose body the library reads. */
function limited(maxSize: number): MiddlewareHandler<HttpEnv> {
  return bodyLimit({
    maxSize,
    onError() {
      throw new HttpError(413, `expected at most ${maxSize} bytes`, {}, { Connection: 'close' });
    },
  });
}
