/** A vulnerability that we live with for a while. */
export interface Exception {
  /** `GHSA-xxxx-xxxx-xxxx`. */
  readonly advisory: string;
  /** Why it cannot hurt us. */
  readonly reason: string;
  /** The last day that this is taken for an answer, `2026-12-31`. */
  readonly until: string;
}

interface Advisory {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly severity: string;
}

/** What `npm audit --json` prints. A string in `via` names another vulnerable package, which has its own entry. */
export interface AuditReport {
  readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (Advisory | string)[] }>>;
  /** Set when the registry could not be asked. */
  readonly message?: string;
}

/** All that stands against a release, one sentence each; empty when nothing does. */
export function findings(report: AuditReport, exceptions: readonly Exception[], today: string): string[] {
  if (report.vulnerabilities === undefined) {
    return [`cannot audit: ${report.message ?? 'npm gave no report'}`];
  }
  const found = new Map<string, Advisory>();
  for (const { via } of Object.values(report.vulnerabilities)) {
    for (const one of via) if (typeof one !== 'string') found.set(advisoryOf(one), one);
  }
  const known = new Set(exceptions.map(({ advisory }) => advisory));
  const unknown = [...found].filter(([advisory]) => !known.has(advisory));
  return [
    ...unknown.map(
      ([advisory, { name, severity, title }]) => `${name}: ${title} (${severity}, ${advisory}); update it`,
    ),
    ...exceptions.flatMap(({ advisory, until }) => {
      if (!found.has(advisory)) return [`${advisory}: is gone; remove it from audit-exceptions.json`];
      return until < today ? [`${advisory}: was accepted until ${until}; look at it again`] : [];
    }),
  ];
}

function advisoryOf({ url }: Advisory): string {
  return url.split('/').at(-1) ?? url;
}
