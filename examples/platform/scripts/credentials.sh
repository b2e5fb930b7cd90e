# Sourced by the scripts beside it: which repositories Argo CD has credentials for.

platform=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

die() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

# The address of the tenant registry, as the ApplicationSet has it.
registry_url() {
  sed -n 's/^ *repoURL: \(https:.*\)$/\1/p' "$platform/bootstrap/components/99-tenants.yaml"
}

# Lines of `repository URL`, or `repo-creds PREFIX` for credentials of every repository whose URL starts so.
credentials() {
  kubectl get secrets --namespace argocd --selector argocd.argoproj.io/secret-type --output go-template='
    {{- range .items }}{{ index .metadata.labels "argocd.argoproj.io/secret-type" }} {{ .data.url | base64decode }}
    {{ end }}'
}

# has_credentials URL < lines of credentials
has_credentials() {
  local kind url
  while read -r kind url; do
    case $kind in
      repository) [ "${url%.git}" = "${1%.git}" ] && return 0 ;;
      repo-creds) [[ $1 == "$url"* ]] && return 0 ;;
    esac
  done
  return 1
}
