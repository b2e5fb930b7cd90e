import type { Operands } from '../command-line/command.ts';
import type { Flags } from '../command-line/flag.ts';

/** The files and folders with claims. */
export const claimPaths: Operands = { usage: 'FILE|FOLDER…', least: 1, most: Infinity };

/** Flags of every command over claims. */
export const claimFlags = {
  namespace: {
    short: 'n',
    value: 'NAME',
    otherwise: 'default',
    help: 'Namespace of claims that name none.',
  },
  ignore: {
    value: 'PATTERN',
    many: true,
    help: 'Leave out of folders what a .gitignore with this line would: charts/, *.tpl.yaml.',
  },
  xrd: { value: 'FILE', help: 'An XRD to use in place of the installed one of its kind.' },
} as const satisfies Flags;

/** What a cluster has beside the claims, for commands that call the function. */
export const surroundingFlags = {
  'observed-resources': {
    value: 'PATH',
    many: true,
    help: 'File or folder with composed resources as the cluster has them.',
  },
  'required-resources': {
    short: 'e',
    value: 'PATH',
    many: true,
    help: 'File or folder with other objects that the function may ask for.',
  },
  'required-schemas': {
    short: 's',
    value: 'FOLDER',
    help: 'OpenAPI documents of the cluster: kinds that they lack are left out (without: none lack).',
  },
} as const satisfies Flags;

/** The same under the letters of the Crossplane CLI, for the command whose output is its. */
export const inputFlags = {
  ...surroundingFlags,
  'observed-resources': { ...surroundingFlags['observed-resources'], short: 'o' },
} as const satisfies Flags;

/** Which cluster, for commands that read from one. */
export const clusterAccess = {
  'cluster-namespace': {
    value: 'NAME',
    help: 'Read this namespace of the cluster alone (without: all).',
  },
  context: { value: 'NAME', help: 'Context of the kubeconfig.' },
  kubeconfig: { value: 'FILE', help: 'Kubeconfig in place of the one that kubectl takes.' },
} as const satisfies Flags;

/** Their names. */
export const accessNames = Object.keys(clusterAccess);
export const surroundingNames = Object.keys(surroundingFlags);

/** Of a command that reads from a cluster: the flags about what is read that do nothing, and why. */
export function idleScope(operands: readonly string[]): readonly [flags: readonly string[], why: string] {
  return operands.length === 0
    ? [['namespace', 'ignore'], 'without files; a cluster has --cluster-namespace']
    : [['cluster-namespace'], 'with files, whose claims say where they are'];
}

/** The same, for commands that read from one only when they are told to. */
export const clusterFlags = {
  cluster: { help: 'Read from the cluster that kubectl is set to; nothing is ever written.' },
  ...clusterAccess,
} as const satisfies Flags;
