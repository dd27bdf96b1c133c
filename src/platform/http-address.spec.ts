import { describe, expect, it } from '@jest/globals';
import { forbiddenAddress, literalAddress } from './http-address.js';

describe('an address', () => {
  it.each([
    ['93.184.216.34', true, true],
    ['2606:2800:220:1:248:1893:25c8:1946', true, true],
    ['127.0.0.1', true, false],
    ['::1', true, false],
    ['10.1.2.3', true, false],
    ['172.16.0.1', true, false],
    ['192.168.1.1', true, false],
    ['fd12:3456::1', true, false],
    ['100.64.0.1', true, false],
    ['0.0.0.0', true, false],
    ['224.0.0.1', true, false],
    ['::ffff:10.0.0.1', true, false],
    ['::ffff:93.184.216.34', true, false],
    ['64:ff9b::a00:1', true, false],
    ['64:ff9b::5db8:d822', true, false],
    ['169.254.169.254', false, false],
    ['169.254.0.7', false, false],
    ['::ffff:169.254.169.254', false, false],
    ['64:ff9b::a9fe:a9fe', false, false],
    ['2002:a9fe:a9fe::', false, false],
    ['fe80::1', false, false],
    ['fe80::1%eth0', false, false],
    ['fd00:ec2::254', false, false],
    ['168.63.129.16', false, false],
    ['100.100.100.200', false, false],
    ['not an address', false, false],
  ])(
    '%s may be called when the operator wrote it: %s; when it came from outside: %s',
    (address, configured, foreign) => {
      expect(forbiddenAddress(address, 'configured') === undefined).toBe(configured);
      expect(forbiddenAddress(address, 'foreign') === undefined).toBe(foreign);
    },
  );

  it.each([
    ['http://2130706433/', '127.0.0.1'],
    ['http://0x7f.1/', '127.0.0.1'],
    ['http://127.1/', '127.0.0.1'],
    ['http://[::ffff:127.0.0.1]/', '::ffff:7f00:1'],
    ['http://[fe80::1]:80/', 'fe80::1'],
    ['http://example.org/', undefined],
    ['http://1.example.org/', undefined],
  ])('is read from %s as %s', (url, address) => {
    expect(literalAddress(new URL(url))).toBe(address);
  });
});
