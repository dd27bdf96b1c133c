/** Any function or method. */
export type AnyFunction = (...args: never[]) => unknown;

/** Called when a prediction ends; with the error when it failed. */
export type EndPrediction = (failure?: { readonly error: unknown }) => void;

/** The name of an error's constructor, `TypeError`; `unknown` for values that have none. */
export function errorTypeOf(error: unknown): string {
  const name = (error as { constructor?: { name?: unknown } } | null | undefined)?.constructor?.name;
  return typeof name === 'string' && name !== '' ? name : 'unknown';
}

/**
 * A function that behaves as `fn` (`this`, arguments, answer, error, name, length, own properties) and reports each call:
 * `begin` runs before it, what `begin` returned runs at its end. A promise ends when it settles.
 */
export function trackCalls<F extends AnyFunction>(fn: F, begin: () => EndPrediction): F {
  const tracked = new Proxy(fn, {
    apply(target, thisArg: unknown, args: never[]) {
      const end = begin();
      let answer: unknown;
      try {
        answer = Reflect.apply(target, thisArg, args);
      } catch (error) {
        end({ error });
        throw error;
      }
      if (!isThenable(answer)) {
        end();
        return answer;
      }
      return answer.then(
        (value) => {
          end();
          return value;
        },
        (error: unknown) => {
          end({ error });
          throw error;
        },
      );
    },
  });
  copyMetadata(fn, tracked);
  return tracked;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}

/** Frameworks keep routes and guards under the function's identity by reflect-metadata, where that is loaded. */
function copyMetadata(from: object, to: object): void {
  const { getOwnMetadataKeys, getOwnMetadata, defineMetadata } = Reflect as {
    getOwnMetadataKeys?: (target: object) => unknown[];
    getOwnMetadata?: (key: unknown, target: object) => unknown;
    defineMetadata?: (key: unknown, value: unknown, target: object) => void;
  };
  for (const key of getOwnMetadataKeys?.(from) ?? []) defineMetadata?.(key, getOwnMetadata?.(key, from), to);
}
