import type { IService } from 'kubernetes-models/v1/Service';
import type { Claim } from '../../composition/contract.ts';
import { metadata, selector } from '../../kube/metadata.ts';
import type { PlatformSettings } from '../../kube/platform.ts';
import { serviceHost } from '../../kube/platform.ts';
import { web, webName } from './names.ts';

/** Port of the Service. */
export const servicePort = 80;

export function service(claim: Claim): IService {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadata(claim, web, webName(claim)),
    spec: {
      selector: selector(claim, web),
      ports: [{ name: 'http', port: servicePort, targetPort: 'http', appProtocol: 'http' }],
    },
  };
}

/** Its host, inside of the cluster. */
export function endpoint(claim: Claim, platform: PlatformSettings): string {
  return serviceHost(platform, webName(claim), claim.namespace);
}
