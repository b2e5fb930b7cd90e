import { pathToFileURL } from 'node:url';
import { isAbsolute } from 'node:path';
import type { JsonObject } from '../../functions/composition/contract.ts';
import type { Finding } from './findings.ts';

const rule = 'invalid-claim';

/**
 * Findings in the format that code scanning of GitHub and others shows beside the lines.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarif(findings: readonly Finding[], version: string): JsonObject {
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'zerotouch',
            version,
            rules: [
              {
                id: rule,
                shortDescription: { text: 'The API server or the composition function refuses the claim' },
                defaultConfiguration: { level: 'error' },
              },
            ],
          },
        },
        columnKind: 'unicodeCodePoints',
        results: findings.map(result),
      },
    ],
  };
}

function result({ file, place, subject, path, message }: Finding): JsonObject {
  const about = [subject ?? '', path].filter((each) => each !== '').join(' ');
  return {
    ruleId: rule,
    ruleIndex: 0,
    level: 'error',
    message: { text: about === '' ? message : `${about}: ${message}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(file) },
          ...(place === undefined ? {} : { region: { startLine: place.line, startColumn: place.column } }),
        },
      },
    ],
  };
}

function uriOf(file: string): string {
  if (isAbsolute(file)) return pathToFileURL(file).href;
  return file
    .split('/')
    .map((part) => encodeURIComponent(part))
    .join('/');
}
