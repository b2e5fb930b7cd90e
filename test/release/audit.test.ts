import { describe, expect, it } from 'vitest';
import { findings } from '../../package/audit-findings.ts';
import type { AuditReport } from '../../package/audit-findings.ts';

const advisory = 'GHSA-c2qf-rxjj-qqgw';
const report: AuditReport = {
  vulnerabilities: {
    semver: {
      via: [
        {
          name: 'semver',
          title: 'Regular Expression Denial of Service',
          url: `https://github.com/advisories/${advisory}`,
          severity: 'high',
        },
      ],
    },
    'needs-semver': { via: ['semver'] },
  },
};
const exception = { advisory, reason: 'it is never given input of a stranger', until: '2026-06-30' };

describe('the audit gate', () => {
  it.each([
    { reason: 'nothing found is nothing to say', report: { vulnerabilities: {} }, exceptions: [], want: [] },
    {
      reason: 'an advisory is told once, however many packages it reaches',
      report,
      exceptions: [],
      want: [`semver: Regular Expression Denial of Service (high, ${advisory}); update it`],
    },
    { reason: 'what has an exception passes', report, exceptions: [exception], want: [] },
    {
      reason: 'an exception ends',
      report,
      exceptions: [{ ...exception, until: '2026-05-31' }],
      want: [`${advisory}: was accepted until 2026-05-31; look at it again`],
    },
    {
      reason: 'an exception that nothing needs any more is removed',
      report: { vulnerabilities: {} },
      exceptions: [exception],
      want: [`${advisory}: is gone; remove it from audit-exceptions.json`],
    },
    {
      reason: 'no answer is no good answer',
      report: { message: '405 Method Not Allowed' },
      exceptions: [],
      want: ['cannot audit: 405 Method Not Allowed'],
    },
  ])('$reason', ({ report: given, exceptions, want }) => {
    expect(findings(given, exceptions, '2026-06-15')).toEqual(want);
  });
});
