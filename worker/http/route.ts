import { timingSafeEqual } from 'node:crypto';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { OpenAPIHono } from '@hono/zod-openapi';
import type { RouteConfig, RouteHandler } from '@hono/zod-openapi';
import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HttpError, answerResponse } from './answer.ts';
import type { Answer } from './answer.ts';
import type { Service } from './service.ts';

/** What each request brings along, beside itself. */
export interface HttpEnv {
  readonly Bindings: HttpBindings & {
    /** The path of the route that was found, for the metrics. */
    endpoint: string;
    /** Fires when the client is gone. */
    readonly closed: AbortSignal;
  };
}

/** Every route of the worker, with the description of each. */
export type App = OpenAPIHono<HttpEnv>;

/** Answers, or undefined when it has written the response itself. */
type Handle<R extends RouteConfig> = (
  context: Parameters<RouteHandler<R, HttpEnv>>[0],
) => Promise<Answer | undefined>;

/** Name of the bearer token in the description. */
export const BEARER = 'bearer';

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

/** Adds a route, with its description, to those that the worker answers. One that is `open` asks for no token. */
export function addRoute<const R extends RouteConfig>(
  app: App,
  service: Service,
  { open, ...route }: R & { readonly open?: true },
  handle: Handle<R>,
): void {
  const guard = open || service.token === undefined ? [] : [authorized(service.token)];
  const limit = route.request?.body ? [limited(service.maxRequestBytes)] : [];
  const middleware = [entered(route.path), ...guard, ...limit];
  const security = open ? [] : [{ [BEARER]: [] }];
  const answer = async (context: Parameters<typeof handle>[0]): Promise<Response> => {
    const said = await handle(context);
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

function authorized(token: string): MiddlewareHandler<HttpEnv> {
  const wanted = Buffer.from(`Bearer ${token}`);
  return async ({ req }, next) => {
    const key = req.header('x-api-key');
    const given = Buffer.from(req.header('authorization') ?? (key === undefined ? '' : `Bearer ${key}`));
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted))
      throw new HttpError(401, 'expected a bearer token', {}, { 'WWW-Authenticate': 'Bearer' });
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
