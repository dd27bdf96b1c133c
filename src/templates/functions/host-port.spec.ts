import { describe, expect, it } from '@jest/globals';
import { stripDomain, stripPort } from './host-port.js';

describe('stripPort and stripDomain', () => {
  it.each([
    ['web-1.example.org:9090', 'web-1.example.org', 'web-1:9090'],
    ['web-1.example.org', 'web-1.example.org', 'web-1'],
    ['web-1:', 'web-1', 'web-1'],
    [':9090', '', ':9090'],
    ['10.0.0.1:9090', '10.0.0.1', '10.0.0.1:9090'],
    ['10.0.0.256:9090', '10.0.0.256', '10:9090'],
    ['[2001:db8::1]:9090', '2001:db8::1', '[2001:db8::1]:9090'],
    ['[::ffff:10.0.0.1]:80', '::ffff:10.0.0.1', '[::ffff:10.0.0.1]:80'],
    ['[a:b.c]:80', 'a:b.c', '[a:b]:80'],
    ['2001:db8::1', '2001:db8::1', '2001:db8::1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1::2::3.x', '1::2::3.x', '1::2::3'],
    ['', '', ''],
  ])('%j gives %j and %j', (address, withoutPort, withoutDomain) => {
    expect([stripPort(address), stripDomain(address)]).toEqual([withoutPort, withoutDomain]);
  });
});
