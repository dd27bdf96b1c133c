/** Finds the servers that the demo and the tests talk to, and installs Debian's packages of them where that is allowed. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runInherited } from './child.mjs';

/** What each program is called on the PATH, and the Debian packages that bring it. */
export const PROGRAMS = {
  prometheus: { names: ['prometheus'], debianPackages: ['prometheus'] },
  redis: { names: ['redis-server'], debianPackages: ['redis-server'] },
  alertmanager: {
    names: ['prometheus-alertmanager', 'alertmanager'],
    debianPackages: ['prometheus-alertmanager'],
  },
  // Its worker runs in the master's process, and the pipeline that our README shows calls back with curl.
  buildbot: { names: ['buildbot'], debianPackages: ['buildbot', 'buildbot-worker', 'curl'] },
};

/** The path of a program of {@link PROGRAMS}: from e.g. PROMETHEUS_BIN, else from the PATH; undefined when it is on neither. */
export function findProgram(program) {
  const named = process.env[`${program.toUpperCase()}_BIN`];
  if (named) return named;
  const suffix = process.platform === 'win32' ? '.exe' : '';
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const name of PROGRAMS[program].names) {
      const path = join(folder, name + suffix);
      try {
        accessSync(path, constants.X_OK);
        if (statSync(path).isFile()) return path;
      } catch {
        // not here
      }
    }
  }
  return undefined;
}

/** How this user can install Debian packages: the words to put in front of a command; undefined when not at all. */
export function debianPrefix() {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    return undefined;
  }
  if (!/^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release) || spawnSync('apt-get', ['--version']).status !== 0)
    return undefined;
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true']).status === 0 ? ['sudo', '-n'] : undefined;
}

// Debian starts a freshly installed server at once and at every boot. The policy file forbids the first (its start would
// even fail the installation when the port is taken), `disable` the second, and `stop` is for a policy of the machine's
// own that allows it. No service is touched that was there before: a program is only installed when it is missing.
const INSTALL = `
set -u
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  trap 'rm -f "$policy"' EXIT
  trap 'exit 130' INT TERM HUP
  printf '#!/bin/sh\\nexit 101\\n' >"$policy" && chmod 755 "$policy"
fi
export DEBIAN_FRONTEND=noninteractive
get() { apt-get -qq -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null >/dev/null; }
install() { get install -y --no-install-recommends "$@"; }
install "$@" 2>/dev/null || { get update && install "$@"; } || exit 1
for service in "$@"; do
  update-rc.d "$service" disable >/dev/null 2>&1
  service "$service" stop >/dev/null 2>&1
done
exit 0
`;

/** Installs the Debian packages of the named programs without leaving a service running; returns whether it worked. */
export async function installDebian(programs, prefix) {
  const packages = programs.flatMap((program) => PROGRAMS[program].debianPackages);
  console.error(`Installing Debian packages (their services stay off): ${packages.join(', ')} …`);
  const [command, ...args] = [...prefix, 'sh', '-c', INSTALL, 'install', ...packages];
  return (await runInherited(command, args)) === 0;
}
