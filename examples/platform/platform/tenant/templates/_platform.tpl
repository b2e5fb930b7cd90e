{{/* What every tenant has, and what no tenant may have: for the platform team to change, never from the registry. */}}

{{/* Folders of the secret store that every tenant may read, beside its own. */}}
{{- define "shared" -}}
platform/ghcr
{{- end }}

{{/* Where the secrets of this environment are in the store. */}}
{{- define "store" -}}
/zerotouch/{{ eq .Values.environment "prd" | ternary "prod" .Values.environment }}/
{{- end }}

{{/* What this tenant may read, each a folder with a slash at its end, separated by commas. */}}
{{- define "readable" -}}
{{- $store := include "store" . -}}
{{- range $index, $folder := append (.Values.secrets | default list) (include "shared" .) -}}
{{- if $index }},{{ end }}{{ $store }}{{ $folder }}/
{{- end -}}
{{- end }}

{{/* No tenant's namespace is deleted with its folder in the registry, nor what limits it. */}}
{{- define "kept" -}}
argocd.argoproj.io/sync-options: Prune=false,Delete=false
{{- end }}
