import { versions } from './pins.ts';
import type { Recipe } from './pins.ts';

/** In place of Amazon's container service, whose client takes longer to build than all the rest. */
const withoutEcs = `package ecs

import (
	"errors"

	"github.com/traefik/traefik/v3/pkg/config/dynamic"
	"github.com/traefik/traefik/v3/pkg/safe"
)

type Provider struct{}

func (*Provider) Init() error { return errors.New("built without ECS") }

func (*Provider) Provide(chan<- dynamic.Message, *safe.Pool) error { return nil }
`;

/** The clients of some hundred vendors of DNS, by which it would prove to an authority whose a name is. */
function withoutDnsVendors(text: string): string {
  return text
    .replace('\t"github.com/go-acme/lego/v4/providers/dns"\n', '')
    .replace(
      'provider, err = dns.NewDNSChallengeProviderByName(p.DNSChallenge.Provider)',
      'err = fmt.Errorf("built without %s", p.DNSChallenge.Provider)',
    );
}

/** A gateway of the Gateway API. It builds where its module lies, by its own go.mod, without what no gateway of a cluster asks for. */
export const traefikRecipe = {
  version: versions.traefik,
  requires: [],
  within: `github.com/traefik/traefik/v3@v${versions.traefik}`,
  instead: {
    'pkg/provider/ecs/ecs.go': withoutEcs,
    'pkg/provider/ecs/config.go': 'package ecs\n',
    'pkg/provider/ecs/label.go': 'package ecs\n',
    'pkg/provider/acme/provider.go': withoutDnsVendors,
  },
  package: './cmd/traefik',
  set: [`github.com/traefik/traefik/v3/pkg/version.Version=${versions.traefik}`],
  static: true,
} as const satisfies Recipe;
