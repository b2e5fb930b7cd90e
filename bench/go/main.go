// A hand-written function in Go for the benchmark: what our function makes of a new PostgresInstance, and not a check more.
package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"flag"
	"fmt"
	"os"

	"github.com/crossplane/function-sdk-go"
	fnv1 "github.com/crossplane/function-sdk-go/proto/v1"
	"github.com/crossplane/function-sdk-go/request"
	"github.com/crossplane/function-sdk-go/resource"
	"github.com/crossplane/function-sdk-go/resource/composed"
	"github.com/crossplane/function-sdk-go/response"
	"k8s.io/utils/ptr"
)

type object = map[string]any

type databases struct {
	fnv1.UnimplementedFunctionRunnerServiceServer
}

func (databases) RunFunction(_ context.Context, req *fnv1.RunFunctionRequest) (*fnv1.RunFunctionResponse, error) {
	rsp := response.To(req, 0)
	xr, err := request.GetObservedCompositeResource(req)
	if err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	observed, err := request.GetObservedComposedResources(req)
	if err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	name, namespace := xr.Resource.GetName(), xr.Resource.GetNamespace()
	rsp.Requirements = &fnv1.Requirements{Resources: map[string]*fnv1.ResourceSelector{"conn": {
		ApiVersion: "v1", Kind: "Secret", Namespace: ptr.To(namespace),
		Match: &fnv1.ResourceSelector_MatchName{MatchName: name + "-conn"},
	}}}

	password := passwordOf(observed["conn"])
	host := fmt.Sprintf("%s-rw.%s.svc.cluster.local", name, namespace)
	desired := map[resource.Name]*resource.DesiredComposed{
		"conn":    {Resource: secret(name, namespace, host, password), Ready: resource.ReadyTrue},
		"cluster": {Resource: cluster(name, namespace), Ready: ready(observed["cluster"])},
	}
	if err := response.SetDesiredComposedResources(rsp, desired); err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	status := object{
		"phase": "Pending", "message": "The database is being made.", "endpoint": host, "port": 5432,
		"database": name, "secretName": name + "-conn", "credentialsRevision": "1",
	}
	_ = xr.Resource.SetValue("status", status)
	if err := response.SetDesiredCompositeResource(rsp, xr); err != nil {
		response.Fatal(rsp, err)
		return rsp, nil
	}
	response.ConditionTrue(rsp, "Valid", "SpecAccepted").TargetCompositeAndClaim()
	response.ConditionFalse(rsp, "DatabaseReady", "Creating").WithMessage("The database is being made.").TargetCompositeAndClaim()
	return rsp, nil
}

func passwordOf(secret resource.ObservedComposed) string {
	if secret.Resource != nil {
		if found, err := secret.Resource.GetString("data.password"); err == nil {
			decoded, _ := base64.StdEncoding.DecodeString(found)
			return string(decoded)
		}
	}
	drawn := make([]byte, 32)
	_, _ = rand.Read(drawn)
	return base64.RawURLEncoding.EncodeToString(drawn)
}

func ready(cluster resource.ObservedComposed) resource.Ready {
	if cluster.Resource == nil {
		return resource.ReadyFalse
	}
	if ready, err := cluster.Resource.GetInteger("status.readyInstances"); err != nil || ready == 0 {
		return resource.ReadyFalse
	}
	return resource.ReadyTrue
}

func labels(name string) object {
	return object{
		"app.kubernetes.io/name": name, "app.kubernetes.io/component": "database", "app.kubernetes.io/managed-by": "zerotouch",
	}
}

func secret(name, namespace, host, password string) *composed.Unstructured {
	uri := fmt.Sprintf("postgresql://%s:%s@%s:5432/%s", name, password, host, name)
	jdbc := fmt.Sprintf("jdbc:postgresql://%s:5432/%s?user=%s&password=%s", host, name, name, password)
	entries := map[string]string{
		"endpoint": host, "port": "5432", "username": name, "password": password, "database": name, "uri": uri, "jdbc-uri": jdbc,
		"POSTGRES_HOST": host, "POSTGRES_PORT": "5432", "POSTGRES_USER": name, "POSTGRES_PASSWORD": password, "POSTGRES_DB": name,
	}
	data := object{}
	for key, value := range entries {
		data[key] = base64.StdEncoding.EncodeToString([]byte(value))
	}
	made := unstructured("v1", "Secret", name+"-conn", namespace, labels(name))
	made.SetAnnotations(map[string]string{"zerotouch.bizmatters.io/credentials-revision": "1"})
	made.Object["type"] = "kubernetes.io/basic-auth"
	made.Object["data"] = data
	return made
}

func cluster(name, namespace string) *composed.Unstructured {
	made := unstructured("postgresql.cnpg.io/v1", "Cluster", name, namespace, labels(name))
	made.SetAnnotations(map[string]string{"cnpg.io/hibernation": "off"})
	made.Object["spec"] = object{
		"instances": 1, "enablePDB": false, "imageName": "ghcr.io/cloudnative-pg/postgresql:16-standard-trixie",
		"bootstrap": object{"initdb": object{
			"database": name, "owner": name, "dataChecksums": true, "secret": object{"name": name + "-conn"},
		}},
		"postgresql": object{"parameters": object{
			"effective_cache_size": "1024MB", "maintenance_work_mem": "128MB", "max_connections": "100",
			"shared_buffers": "256MB", "work_mem": "5242kB",
		}},
		"resources": object{
			"requests": object{"cpu": "250m", "memory": "512Mi"}, "limits": object{"cpu": "1", "memory": "2Gi"},
		},
		"storage": object{"size": "20Gi"},
	}
	return made
}

func unstructured(apiVersion, kind, name, namespace string, labels object) *composed.Unstructured {
	made := composed.New()
	made.Object = object{
		"apiVersion": apiVersion, "kind": kind,
		"metadata": object{"name": name, "namespace": namespace, "labels": labels},
	}
	return made
}

func main() {
	address := flag.String("address", "127.0.0.1:9443", "where to serve gRPC")
	metrics := flag.String("metrics-address", "", "where to serve metrics")
	insecure := flag.Bool("insecure", false, "serve anyone in plain text")
	flag.Parse()
	err := function.Serve(databases{}, function.Listen("tcp", *address), function.Insecure(*insecure),
		function.WithMetricsServer(*metrics))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
