package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apiserver/pkg/apis/apiserver"
	"k8s.io/apiserver/pkg/server/healthz"
	"k8s.io/apiserver/pkg/server/options/encryptionconfig"
	"k8s.io/apiserver/pkg/storage/value"
	"k8s.io/kms/pkg/util"
)

const apiServerID = "encryption-judge"

// server is what of a running API server decides how an object is stored and read.
type server struct {
	transformers encryptionconfig.StaticTransformers
	hash         string
	close        context.CancelFunc
}

// load starts a server with the text (fresh, or none of this id there yet), or does what encryptionconfig/controller does when
// the text in the file is another: a text that is refused, or whose plugins are not healthy, leaves the server as it was.
// Without a text it is a server without --encryption-provider-config.
//
// The controller asks the new plugins for ten seconds and longer, here they are asked once; it closes the old ones when calls may
// have ended, here none is under way.
func (j *judge) load(r request) (answer, error) {
	if r.Server == "" {
		return nil, errors.New("load without a server")
	}
	if r.Fresh {
		j.drop(r.Server)
	}
	if r.Text == nil {
		if j.servers[r.Server] != nil {
			return nil, errors.New("a server does not lose its flag while it runs")
		}
		j.servers[r.Server] = &server{close: func() {}}
		return answer{"health": ""}, nil
	}
	if err := errors.Join(j.file.put(*r.Text), gateKMSv1(r.KMSv1)); err != nil {
		return nil, err
	}
	old := j.servers[r.Server]
	if old != nil {
		if hash, err := encryptionconfig.GetEncryptionConfigHash(j.file.path); err != nil {
			return nil, err
		} else if hash == old.hash {
			return answer{"health": "", "unchanged": true}, nil
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	encryptionconfig.EnvelopeKMSv2ServiceFactory = j.service
	loaded, err := encryptionconfig.LoadEncryptionConfig(ctx, j.file.path, r.Reload || old != nil, apiServerID)
	if err != nil {
		cancel()
		return nil, err
	}
	health := errors.Join(absent(*r.Text)...)
	if health == nil {
		health = healthy(ctx, loaded.HealthChecks)
	}
	if old != nil {
		if health != nil {
			cancel()
			return nil, fmt.Errorf("health check for new transformers failed: %w", health)
		}
		old.close()
	}
	j.servers[r.Server] = &server{transformers: loaded.Transformers, hash: loaded.EncryptionFileContentHash, close: cancel}
	if health != nil {
		return answer{"health": health.Error()}, nil
	}
	return answer{"health": ""}, nil
}

// absent knocks at the sockets of KMS v1, whose client waits for its timeout where nobody listens (see knock).
func absent(text []byte) (errs []error) {
	object, _, err := codecs.UniversalDecoder().Decode(text, nil, nil)
	if err != nil {
		return []error{err}
	}
	for _, entry := range object.(*apiserver.EncryptionConfiguration).Resources {
		for _, p := range entry.Providers {
			if p.KMS == nil || p.KMS.APIVersion != "v1" {
				continue
			}
			address, err := util.ParseEndpoint(p.KMS.Endpoint)
			if err == nil {
				err = rap(address)
			}
			errs = append(errs, err)
		}
	}
	return errs
}

// healthy is what /readyz says of the plugins.
func healthy(ctx context.Context, checks []healthz.HealthChecker) error {
	var errs []error
	for _, c := range checks {
		get, err := http.NewRequestWithContext(ctx, http.MethodGet, "/healthz/"+c.Name(), nil)
		if err == nil {
			err = c.Check(get)
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (j *judge) drop(id string) {
	if s := j.servers[id]; s != nil {
		s.close()
		delete(j.servers, id)
	}
}

func (j *judge) transformer(r request) (value.Transformer, error) {
	s := j.servers[r.Server]
	if s == nil {
		return nil, fmt.Errorf("server %q does not run", r.Server)
	}
	return s.transformers.TransformerForResource(schema.ParseGroupResource(r.Resource)), nil
}

func (j *judge) write(r request) (answer, error) {
	t, err := j.transformer(r)
	if err != nil {
		return nil, err
	}
	stored, err := t.TransformToStorage(context.Background(), r.Value, value.DefaultContext(r.Key))
	return answer{"stored": stored}, err
}

func (j *judge) read(r request) (answer, error) {
	t, err := j.transformer(r)
	if err != nil {
		return nil, err
	}
	read, stale, err := t.TransformFromStorage(context.Background(), r.Stored, value.DefaultContext(r.Key))
	return answer{"value": read, "stale": stale}, err
}
