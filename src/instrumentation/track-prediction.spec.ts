import 'reflect-metadata';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Registry } from 'prom-client';
import { trackPrediction } from './track-prediction.js';

class ModelNotLoaded extends Error {}

let registry: Registry;
beforeEach(() => {
  jest.useFakeTimers();
  registry = new Registry();
});
afterEach(() => {
  jest.useRealTimers();
});

async function value(line: string): Promise<number | undefined> {
  const found = (await registry.metrics()).split('\n').find((text) => text.startsWith(`${line} `));
  return found === undefined ? undefined : Number(found.slice(line.length + 1));
}
const requests = (version = '7') =>
  value(`model_prediction_requests_total{model_name="iris",model_version="${version}"}`);
const errors = (type: string) =>
  value(`model_prediction_errors_total{model_name="iris",error_type="${type}"}`);
const seconds = () => value('model_prediction_latency_seconds_sum{model_name="iris"}');

describe('a tracked function', () => {
  it('stands at zero before its first call', async () => {
    trackPrediction('iris', '7', { registry })(() => 1);
    expect([await requests(), await seconds()]).toEqual([0, 0]);
  });

  it('answers, counts and times a synchronous call', async () => {
    const add = trackPrediction('iris', '7', { registry })((a: number, b: number) => {
      jest.advanceTimersByTime(250);
      return a + b;
    });
    expect(add(2, 3)).toBe(5);
    expect(await requests()).toBe(1);
    expect(await seconds()).toBeCloseTo(0.25, 6);
  });

  it('times an asynchronous call to its end, not to its promise', async () => {
    const predict = trackPrediction('iris', '7', { registry })(async () => {
      await Promise.resolve();
      jest.advanceTimersByTime(1500);
      return 'setosa';
    });
    const answer = predict();
    expect(await requests()).toBe(1);
    expect(await answer).toBe('setosa');
    expect(await seconds()).toBeCloseTo(1.5, 6);
  });

  it.each([
    [
      'throws',
      () => {
        throw new ModelNotLoaded('no file');
      },
    ],
    [
      'rejects',
      async () => {
        throw new ModelNotLoaded('no file');
      },
    ],
  ])('counts an error by its class when it %s, and passes the error on', async (_how, fn) => {
    const predict = trackPrediction('iris', '7', { registry })(fn as () => unknown);
    await expect((async () => predict())()).rejects.toThrow(ModelNotLoaded);
    expect([await requests(), await errors('ModelNotLoaded')]).toEqual([1, 1]);
    expect(await value('model_prediction_latency_seconds_count{model_name="iris"}')).toBe(1);
  });

  it.each([
    ['a text', 'boom', 'String'],
    ['nothing', undefined, 'unknown'],
    ['null', null, 'unknown'],
    ['a bare object', Object.create(null), 'unknown'],
    ['an error of no name', new (class extends Error {})('x'), 'unknown'],
  ])('names the type when it throws %s', async (_what, thrown, type) => {
    const predict = trackPrediction('iris', '7', { registry })(() => {
      throw thrown;
    });
    let caught: unknown = 'nothing was thrown';
    try {
      predict();
    } catch (error) {
      caught = error;
    }
    expect(caught).toBe(thrown);
    expect(await errors(type)).toBe(1);
  });

  it('lets the owner name error types', async () => {
    const predict = trackPrediction('iris', '7', { registry, errorType: () => 'client_input' })(() => {
      throw new Error('x');
    });
    expect(predict).toThrow('x');
    expect(await errors('client_input')).toBe(1);
  });

  it('follows a version that changes, also during a call', async () => {
    let version = '7';
    const predict = trackPrediction('iris', () => version, { registry })(async () => {
      version = '8';
    });
    await predict();
    await predict();
    expect([await requests('7'), await requests('8')]).toEqual([1, 1]);
  });

  it('keeps name, length, this and own properties', () => {
    function predict(this: unknown, _a: number, _b: number) {
      return this;
    }
    const tracked = trackPrediction('iris', '7', { registry })(Object.assign(predict, { cost: 3 }));
    const owner = { tracked };
    expect([tracked.name, tracked.length, tracked.cost, owner.tracked(1, 2)]).toEqual([
      'predict',
      2,
      3,
      owner,
    ]);
  });
});

describe('a decorated method', () => {
  it('is counted under legacy decorators, with its this and its inheritance', async () => {
    class Model {
      constructor(protected readonly offset: number) {}
      @trackPrediction('iris', '7', { registry })
      predict(x: number): number {
        return x + this.offset;
      }
      @trackPrediction('iris', '7', { registry })
      static async warmUp(): Promise<string> {
        return 'warm';
      }
    }
    class Child extends Model {
      override predict(x: number): number {
        return super.predict(x) * 2;
      }
    }
    expect(new Child(1).predict(4)).toBe(10);
    expect(await Model.warmUp()).toBe('warm');
    expect(await requests()).toBe(2);
  });

  it('is counted under standard decorators', async () => {
    const tracker = trackPrediction('iris', '7', { registry });
    const method = function (this: { offset: number }, x: number) {
      return x + this.offset;
    };
    const context = { kind: 'method', name: 'predict' } as unknown as ClassMethodDecoratorContext;
    const tracked = tracker(method, context);
    expect(tracked.call({ offset: 1 }, 4)).toBe(5);
    expect(await requests()).toBe(1);
  });

  it('keeps what a framework noted on the function', () => {
    const Route =
      (path: string): MethodDecorator =>
      (_target, _key, descriptor) => {
        Reflect.defineMetadata('path', path, descriptor.value as object);
      };
    class Controller {
      @trackPrediction('iris', '7', { registry })
      @Route('/predict')
      predict() {}
    }
    const handler: unknown = Object.getOwnPropertyDescriptor(Controller.prototype, 'predict')?.value;
    expect(Reflect.getMetadata('path', handler as object)).toBe('/predict');
  });

  it.each([
    ['an accessor', { get: () => 1 }, 'the property predict'],
    ['a field', undefined, 'the property predict'],
  ])('must not be %s', (_what, descriptor, found) => {
    const tracker = trackPrediction('iris', '7', { registry }) as (...args: unknown[]) => unknown;
    expect(() => tracker({}, 'predict', descriptor)).toThrow(`expected a function or a method, got ${found}`);
  });
});
