import { expect, test } from 'vitest';
import { lookup } from '../../render/reconcile/observed.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'login', namespace: 'shop' } };
const selector = { ...secret, name: 'login', namespace: 'shop' };

test('a Secret is found as the API server keeps it, however it was written', () => {
  const found = lookup([{ ...secret, data: { a: 'YQ==', b: 'Yg==' }, stringData: { b: 'c' } }])(selector);
  expect(found).toEqual({ ...secret, data: { a: 'YQ==', b: 'Yw==' } });
});
