import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger, Logs } from './log.js';

describe('the log', () => {
  let written: string[] = [];
  beforeEach(() => {
    written = [];
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, 'write').mockImplementation((chunk) => {
        written.push(String(chunk));
        return true;
      });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });
  const lines = (): Record<string, unknown>[] =>
    written
      .join('')
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it('is one JSON object a line, with the fields beside the message', () => {
    const log = new Logs(createLogger('json', 'info')).for('notifications');
    log.info('notification delivered', { channel: 'team/slack/0', attempt: 2 });
    expect(lines()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'info',
        area: 'notifications',
        message: 'notification delivered',
        channel: 'team/slack/0',
        attempt: 2,
      },
    ]);
  });

  it("can be Go's key=value, on a stream of one's choice, quoting what needs quotes", () => {
    const chosen: string[] = [];
    const stream = { write: (line: string) => chosen.push(line) > 0 };
    new Logs(createLogger('logfmt', 'info', stream))
      .for('intake')
      .warn('not stored', { detail: 'a "b"\nc', count: 2 });
    expect(chosen.join('')).toMatch(
      /^time=\d{4}-\S+Z level=WARN area=intake msg="not stored" detail="a \\"b\\"\\nc" count=2\n$/,
    );
    expect(written).toEqual([]);
  });

  it('stays one line whatever the fields hold', () => {
    new Logs(createLogger('json', 'info')).for('x').warn('refused', { detail: 'a\nb "c" \u2028 😀' });
    expect(written.join('').trimEnd().split('\n')).toHaveLength(1);
    expect(lines()[0]).toMatchObject({ detail: 'a\nb "c" \u2028 😀' });
  });

  it.each<[level: 'error' | 'warn' | 'info' | 'debug', shown: readonly string[]]>([
    ['error', ['error']],
    ['warn', ['error', 'warn']],
    ['info', ['error', 'warn', 'info']],
    ['debug', ['error', 'warn', 'info', 'debug']],
  ])('at level %s shows %j', (level, shown) => {
    const log = new Logs(createLogger('json', level)).for('x');
    log.error('a');
    log.warn('b');
    log.info('c');
    log.debug('d');
    expect(lines().map((line) => line['level'])).toEqual(shown);
  });

  it('takes what Nest says: message, stack and context', () => {
    const logger = createLogger('json', 'info');
    logger.error('it broke', 'Error: it broke\n  at x', 'ExceptionsHandler');
    logger.fatal?.(new Error('worse'), 'Core');
    logger.log('without a context', { a: 1 });
    expect(lines()).toMatchObject([
      { level: 'error', area: 'ExceptionsHandler', message: 'it broke', stack: 'Error: it broke\n  at x' },
      { level: 'fatal', area: 'Core', message: 'worse' },
      { level: 'info', area: 'nest', message: 'without a context', a: 1 },
    ]);
  });

  it('leaves out what Nest tells of its own start, but not what goes wrong there', () => {
    const logger = createLogger('json', 'debug');
    logger.log('AppModule dependencies initialized', 'InstanceLoader');
    logger.error('cannot resolve', undefined, 'InstanceLoader');
    expect(lines().map(({ message }) => message)).toEqual(['cannot resolve']);
  });

  it('reads as a line on a terminal', () => {
    new Logs(createLogger('pretty', 'info')).for('intake').warn('refused', { count: 2, detail: 'x y' });
    const text = written.join('');
    expect(text).toContain('refused count=2 detail="x y"');
    expect(text).toContain('intake');
    expect(text.trimEnd().split('\n')).toHaveLength(1);
  });
});
