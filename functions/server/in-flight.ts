import { ServerInterceptingCall } from '@grpc/grpc-js';
import type { ServerInterceptor } from '@grpc/grpc-js';
import { runFunctionPaths } from '../wire/sdk.ts';

const paths: ReadonlySet<string> = new Set(runFunctionPaths);

/** Tells when a call has begun, before its request is here, and when it is over, however it ends. */
export function watchCalls(begun: () => void, over: () => void): ServerInterceptor {
  return (method, call) => {
    if (!paths.has(method.path)) return new ServerInterceptingCall(call);
    return new ServerInterceptingCall(call, {
      start: (next) => {
        begun();
        // gRPC says "cancelled" at the end of every call, of those that were answered too.
        next({ onCancel: over });
      },
    });
  };
}
