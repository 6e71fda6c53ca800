package main

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"net"
	"os"
	"sync"
	"time"

	"google.golang.org/grpc"
	envelopekmsv2 "k8s.io/apiserver/pkg/storage/value/encrypt/envelope/kmsv2"
	"k8s.io/kms/apis/v1beta1"
	v2 "k8s.io/kms/apis/v2"
	"k8s.io/kms/pkg/service"
	"k8s.io/kms/pkg/util"
)

// plugin is a fake KMS plugin, v2 and v1 on one socket.  Plugins with the same KEK's name, in this process or another, read what
// the other wrote.  It is no protection at all.
type plugin struct {
	v2.UnsafeKeyManagementServiceServer
	id   string
	aead cipher.AEAD
	grpc *grpc.Server
}

func (j *judge) plug(socket, kek string) error {
	if socket == "" || j.plugins[socket] != nil {
		return fmt.Errorf("a plugin is at %q already, or that is no socket", socket)
	}
	if kek == "" {
		kek = "shared"
	}
	key := sha256.Sum256([]byte("encryption-judge:" + kek))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return err
	}
	p := &plugin{id: "judge-" + kek, grpc: grpc.NewServer()}
	if p.aead, err = cipher.NewGCM(block); err != nil {
		return err
	}
	if s, err := os.Lstat(socket); err == nil && s.Mode().Type() == os.ModeSocket {
		_ = os.Remove(socket)
	}
	listener, err := net.Listen("unix", socket)
	if err != nil {
		return err
	}
	v2.RegisterKeyManagementServiceServer(p.grpc, p)
	v1beta1.RegisterKeyManagementServiceServer(p.grpc, v1{p: p})
	go func() { _ = p.grpc.Serve(listener) }()
	j.plugins[socket] = p
	return nil
}

func (j *judge) unplug(socket string) error {
	p := j.plugins[socket]
	if p == nil {
		return fmt.Errorf("no plugin is at %q", socket)
	}
	p.grpc.Stop()
	delete(j.plugins, socket)
	return nil
}

func (p *plugin) seal(plain []byte) []byte {
	nonce := make([]byte, p.aead.NonceSize())
	_, _ = rand.Read(nonce)
	return p.aead.Seal(nonce, nonce, plain, nil)
}

func (p *plugin) open(sealed []byte) ([]byte, error) {
	n := p.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("too short")
	}
	return p.aead.Open(nil, sealed[:n], sealed[n:], nil)
}

func (p *plugin) Status(context.Context, *v2.StatusRequest) (*v2.StatusResponse, error) {
	return &v2.StatusResponse{Version: "v2", Healthz: "ok", KeyId: p.id}, nil
}

func (p *plugin) Encrypt(_ context.Context, r *v2.EncryptRequest) (*v2.EncryptResponse, error) {
	return &v2.EncryptResponse{Ciphertext: p.seal(r.Plaintext), KeyId: p.id}, nil
}

func (p *plugin) Decrypt(_ context.Context, r *v2.DecryptRequest) (*v2.DecryptResponse, error) {
	plain, err := p.open(r.Ciphertext)
	return &v2.DecryptResponse{Plaintext: plain}, err
}

type v1 struct {
	v1beta1.UnsafeKeyManagementServiceServer
	p *plugin
}

func (v1) Version(context.Context, *v1beta1.VersionRequest) (*v1beta1.VersionResponse, error) {
	return &v1beta1.VersionResponse{Version: "v1beta1", RuntimeName: apiServerID, RuntimeVersion: "0"}, nil
}

func (s v1) Encrypt(_ context.Context, r *v1beta1.EncryptRequest) (*v1beta1.EncryptResponse, error) {
	return &v1beta1.EncryptResponse{Cipher: s.p.seal(r.Plain)}, nil
}

func (s v1) Decrypt(_ context.Context, r *v1beta1.DecryptRequest) (*v1beta1.DecryptResponse, error) {
	plain, err := s.p.open(r.Cipher)
	return &v1beta1.DecryptResponse{Plain: plain}, err
}

// knock is the real client of KMS v2, except that it asks first whether anybody listens.  The real one waits for that until its
// timeout and fails then; a simulation of ten thousand outages can't wait.
type knock struct {
	address string
	make    func() (service.Service, error)
	mutex   sync.Mutex
	real    service.Service
}

func (j *judge) service(ctx context.Context, endpoint, name string, timeout time.Duration) (service.Service, error) {
	address, err := util.ParseEndpoint(endpoint)
	return &knock{address: address, make: func() (service.Service, error) {
		return envelopekmsv2.NewGRPCService(ctx, endpoint, name, timeout)
	}}, err
}

// rap is nil where somebody listens.
func rap(address string) error {
	c, err := net.Dial("unix", address)
	if err != nil {
		return err
	}
	return c.Close()
}

func (k *knock) client() (service.Service, error) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	err := rap(k.address)
	if err == nil && k.real == nil {
		k.real, err = k.make()
	}
	return k.real, err
}

func (k *knock) Status(ctx context.Context) (*service.StatusResponse, error) {
	c, err := k.client()
	if err != nil {
		return nil, err
	}
	return c.Status(ctx)
}

func (k *knock) Encrypt(ctx context.Context, uid string, data []byte) (*service.EncryptResponse, error) {
	c, err := k.client()
	if err != nil {
		return nil, err
	}
	return c.Encrypt(ctx, uid, data)
}

func (k *knock) Decrypt(ctx context.Context, uid string, r *service.DecryptRequest) ([]byte, error) {
	c, err := k.client()
	if err != nil {
		return nil, err
	}
	return c.Decrypt(ctx, uid, r)
}
