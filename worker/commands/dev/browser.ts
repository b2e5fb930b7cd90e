import { spawn } from 'node:child_process';

/** What opens an address in the browser of whoever sits here; undefined where nobody does. */
function opener(): readonly [program: string, ...args: string[]] | undefined {
  const { CI, SSH_CONNECTION, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (!process.stdout.isTTY || CI || SSH_CONNECTION) return undefined;
  if (process.platform === 'darwin') return ['open'];
  if (process.platform === 'win32') return ['cmd', '/c', 'start', ''];
  return DISPLAY || WAYLAND_DISPLAY ? ['xdg-open'] : undefined;
}

/** Opens an address on a terminal with a browser, and does nothing elsewhere or where that fails: the address is printed anyway. */
export function openBrowser(address: string): void {
  const [program, ...args] = opener() ?? [];
  if (program === undefined) return;
  const child = spawn(program, [...args, address], { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
