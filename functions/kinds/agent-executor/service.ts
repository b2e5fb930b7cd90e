import type { IService } from 'kubernetes-models/v1/Service';
import type { Claim } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { serviceHost } from '../../kube/platform.ts';
import { httpPort } from './environment.ts';
import { names } from './names.ts';

/** Takes jobs and serves their events over HTTP, from any worker: state is shared. */
export function service(claim: Claim): IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(claim, 'worker', names(claim).service),
    spec: {
      selector: selector(claim, 'worker'),
      ports: [{ name: 'http', port: httpPort, targetPort: 'http' }],
    },
  };
}

export function endpoint(claim: Claim, platform: PlatformSettings): string {
  return serviceHost(platform, names(claim).service, claim.namespace);
}
