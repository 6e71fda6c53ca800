package main

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/apiserver/pkg/apis/apiserver"
	apiserverv1 "k8s.io/apiserver/pkg/apis/apiserver/v1"
	"k8s.io/apiserver/pkg/server/options/encryptionconfig"
	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kms/pkg/service"
	"k8s.io/kms/pkg/util"
)

// codecs is made as encryptionconfig makes its own, which it doesn't export.  It serves the model alone: whether a text is
// taken is decided by LoadEncryptionConfig.
var codecs = func() serializer.CodecFactory {
	scheme := runtime.NewScheme()
	utilruntime.Must(apiserver.AddToScheme(scheme))
	utilruntime.Must(apiserverv1.AddToScheme(scheme))
	return serializer.NewCodecFactory(scheme, serializer.EnableStrict)
}()

// memoryFile is the file that the loader opens by its path, and nothing that has to be tidied up.
type memoryFile struct {
	file *os.File
	path string
}

func newMemoryFile() (*memoryFile, error) {
	fd, err := unix.MemfdCreate("encryption-config", unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("memfd_create: %w", err)
	}
	path := fmt.Sprintf("/proc/self/fd/%d", fd)
	return &memoryFile{file: os.NewFile(uintptr(fd), path), path: path}, nil
}

func (m *memoryFile) put(text []byte) error {
	if err := m.file.Truncate(0); err != nil {
		return err
	}
	_, err := m.file.WriteAt(text, 0)
	return err
}

func (m *memoryFile) unnamed(text string) string { return strings.ReplaceAll(text, m.path, "FILE") }

// gateKMSv1 sets --feature-gates=KMSv1, which kube-apiserver 1.29 and later have off.
func gateKMSv1(on bool) error {
	if utilfeature.DefaultFeatureGate.Enabled("KMSv1") == on {
		return nil
	}
	return utilfeature.DefaultMutableFeatureGate.SetFromMap(map[string]bool{"KMSv1": on})
}

// nobody is a KMS v2 plugin that is not called: the loader takes a configuration whose plugin does not answer.
type nobody struct{}

var errNobody = errors.New("no plugin is asked here")

func (nobody) Status(context.Context) (*service.StatusResponse, error) { return nil, errNobody }
func (nobody) Encrypt(context.Context, string, []byte) (*service.EncryptResponse, error) {
	return nil, errNobody
}
func (nobody) Decrypt(context.Context, string, *service.DecryptRequest) ([]byte, error) {
	return nil, errNobody
}

// check: would kube-apiserver start with this text?  The answer is that of LoadEncryptionConfig on the very text, without a call
// of a plugin.  (KMS v1 alone connects to its socket, and hangs up.)
func (j *judge) check(r request) (answer, error) {
	if r.Text == nil {
		return nil, errors.New("check without a text")
	}
	if err := errors.Join(j.file.put(*r.Text), gateKMSv1(r.KMSv1)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	encryptionconfig.EnvelopeKMSv2ServiceFactory = func(_ context.Context, endpoint, _ string, _ time.Duration) (service.Service, error) {
		_, err := util.ParseEndpoint(endpoint)
		return nobody{}, err
	}
	if _, err := encryptionconfig.LoadEncryptionConfig(ctx, j.file.path, r.Reload, apiServerID); err != nil {
		return nil, err
	}
	object, _, err := codecs.UniversalDecoder().Decode(*r.Text, nil, nil)
	if err != nil {
		return nil, err
	}
	return answer{"model": model(object.(*apiserver.EncryptionConfiguration))}, nil
}

// model is what was read, after defaults, in the file's order; of a key its name and the SHA-256 of the decoded secret.
func model(c *apiserver.EncryptionConfiguration) answer {
	entries := []answer{}
	for _, entry := range c.Resources {
		providers := []answer{}
		for _, p := range entry.Providers {
			switch {
			case p.KMS != nil:
				a := answer{"kind": "kms", "name": p.KMS.Name, "apiVersion": p.KMS.APIVersion, "endpoint": p.KMS.Endpoint,
					"timeout": p.KMS.Timeout.Duration.String()}
				if p.KMS.CacheSize != nil {
					a["cachesize"] = *p.KMS.CacheSize
				}
				providers = append(providers, a)
			case p.AESGCM != nil:
				providers = append(providers, answer{"kind": "aesgcm", "keys": keys(p.AESGCM.Keys)})
			case p.AESCBC != nil:
				providers = append(providers, answer{"kind": "aescbc", "keys": keys(p.AESCBC.Keys)})
			case p.Secretbox != nil:
				providers = append(providers, answer{"kind": "secretbox", "keys": keys(p.Secretbox.Keys)})
			case p.Identity != nil:
				providers = append(providers, answer{"kind": "identity"})
			}
		}
		entries = append(entries, answer{"resources": entry.Resources, "providers": providers})
	}
	return answer{"entries": entries}
}

func keys(all []apiserver.Key) []answer {
	out := []answer{}
	for _, k := range all {
		secret, _ := base64.StdEncoding.DecodeString(k.Secret) // the loader has decoded it before
		out = append(out, answer{"name": k.Name, "sha256": fmt.Sprintf("%x", sha256.Sum256(secret))})
	}
	return out
}
