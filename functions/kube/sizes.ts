/** CPU in millicores and memory in Mi, as requested and as limited. */
export interface Size {
  readonly cpu: { readonly request: number; readonly limit: number };
  readonly memory: { readonly request: number; readonly limit: number };
}

/** One table for all kinds. The XRDs' descriptions of `size` say the same. */
export const sizes = {
  micro: { cpu: { request: 100, limit: 500 }, memory: { request: 256, limit: 1024 } },
  small: { cpu: { request: 250, limit: 1000 }, memory: { request: 512, limit: 2048 } },
  medium: { cpu: { request: 500, limit: 2000 }, memory: { request: 1024, limit: 4096 } },
  large: { cpu: { request: 1000, limit: 4000 }, memory: { request: 2048, limit: 8192 } },
  xlarge: { cpu: { request: 2000, limit: 8000 }, memory: { request: 4096, limit: 16384 } },
  '2xlarge': { cpu: { request: 4000, limit: 16000 }, memory: { request: 8192, limit: 32768 } },
} as const satisfies Record<string, Size>;

/** `resources` of a container of this size. */
export function containerResources({ cpu, memory }: Size) {
  return {
    requests: { cpu: cores(cpu.request), memory: mebibytes(memory.request) },
    limits: { cpu: cores(cpu.limit), memory: mebibytes(memory.limit) },
  };
}

/** In the form that the API server keeps: `1` rather than `1000m`, `2Gi` rather than `2048Mi`. */
function cores(millicores: number): string {
  return millicores % 1000 === 0 ? `${millicores / 1000}` : `${millicores}m`;
}

function mebibytes(mebibytes: number): string {
  return mebibytes % 1024 === 0 ? `${mebibytes / 1024}Gi` : `${mebibytes}Mi`;
}
