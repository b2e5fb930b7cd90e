import { modelServer, programMap } from './programs.ts';

/**
 * `npm run --silent e2e:model -- NAMESPACE | kubectl apply -f -`: a model server in the cluster that needs no key. It answers
 * by the script in a conversation, or else with one sentence.
 */
const [namespace = 'default'] = process.argv.slice(2);
const items = [await programMap('model', namespace), ...modelServer(namespace)];
console.log(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }, undefined, 2));
