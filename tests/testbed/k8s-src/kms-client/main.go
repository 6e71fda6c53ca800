// kms-client calls a KMS plugin as kube-apiserver does before Kubernetes 1.32:
// grpc.Dial with the path of the socket as its target, plain text, calls that
// wait until the connection is ready.  So grpc-go's own default :authority goes
// out, which is the path (as it is with 1.33.3, percent-encoded with 1.81.1; the
// name of an abstract socket, @name, with both), and not
// "localhost".  What was sent is read from the bytes on their way (sent.go).
// It needs grpc-go alone: the few messages are encoded in wire.go.
// One line of JSON on standard output; exit code 1 when any round failed.
// SIGTERM lets the rounds that run end, and no other begin.
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

type result struct {
	GRPC        string   `json:"grpc"`
	API         string   `json:"api"`
	Authorities []string `json:"authorities"` // as sent, sorted
	Timeouts    int      `json:"timeouts"`    // different values of grpc-timeout
	Metadata    int      `json:"metadata"`    // different names of extra metadata
	Connections int      `json:"connections"`
	Calls       int      `json:"calls"`  // remote calls sent
	Rounds      int      `json:"rounds"` // begun: -calls, or fewer after SIGTERM
	Failures    int      `json:"failures"`
	Error       string   `json:"error,omitempty"` // of the first failure
}

func main() {
	socket := flag.String("socket", "", "path of the plugin's Unix socket, or @name")
	api := flag.String("api", "v2", "v2 or v1beta1")
	authority := flag.String("authority", "", "sent as :authority, also when empty; not given: what grpc-go sends by default")
	rounds := flag.Int("calls", 1, "how often to ask for the version, encrypt, decrypt and compare")
	parallel := flag.Int("parallel", 1, "how many of them at the same time, on one connection")
	timeout := flag.Duration("timeout", 3*time.Second, "deadline of each remote call")
	step := flag.Duration("timeout-step", 0, "how much less each round's deadline is than that of the round before")
	pause := flag.Duration("pause", 0, "how long to wait after each round")
	names := flag.Int("metadata", 0, "how many different extra metadata keys to send, one with each call")
	flag.Parse()
	round, ok := map[string]func(caller) error{"v2": v2, "v1beta1": v1beta1}[*api]
	if !ok || *socket == "" || flag.NArg() > 0 {
		flag.Usage()
		os.Exit(2)
	}

	var log sent
	target := strings.TrimPrefix(*socket, "unix://")
	opts := []grpc.DialOption{
		plainText(),
		grpc.WithDefaultCallOptions(grpc.WaitForReady(true), grpc.ForceCodec(raw{})),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) {
			var d net.Dialer
			c, err := d.DialContext(ctx, "unix", strings.TrimPrefix(*socket, "unix://"))
			if err != nil {
				return nil, err
			}
			return log.conn(c), nil
		}),
	}
	flag.Visit(func(f *flag.Flag) {
		if f.Name != "authority" {
			return
		}
		if *authority == "" {
			target = nobody + ":///" // grpc-go takes an empty grpc.WithAuthority for none
		} else {
			opts = append(opts, grpc.WithAuthority(*authority))
		}
	})
	conn, err := grpc.Dial(target, opts...)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}

	r := result{GRPC: grpc.Version, API: *api}
	told, _ := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	var mutex sync.Mutex
	var wait sync.WaitGroup
	for i := 0; i < *parallel; i++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			for {
				mutex.Lock()
				n := r.Rounds
				if told.Err() != nil || n >= *rounds {
					mutex.Unlock()
					return
				}
				r.Rounds++
				mutex.Unlock()
				c := caller{conn, *timeout - time.Duration(n)**step, context.Background()}
				if *names > 0 {
					c.ctx = metadata.AppendToOutgoingContext(c.ctx, fmt.Sprintf("%s%d", extra, n%*names), unique())
				}
				if err := round(c); err != nil {
					mutex.Lock()
					if r.Failures++; r.Failures == 1 {
						r.Error = fmt.Sprintf("round %d: %v", n, err)
					}
					mutex.Unlock()
				}
				time.Sleep(*pause)
			}
		}()
	}
	wait.Wait()
	conn.Close()
	log.fill(&r)
	json.NewEncoder(os.Stdout).Encode(r)
	if r.Failures > 0 {
		os.Exit(1)
	}
}

// caller makes the calls of one round.
type caller struct {
	conn    *grpc.ClientConn
	timeout time.Duration
	ctx     context.Context
}

func (c caller) call(method string, request []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(c.ctx, c.timeout)
	defer cancel()
	var answer []byte
	if err := c.conn.Invoke(ctx, method, request, &answer); err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return answer, nil
}

// v2 is Status, Encrypt, Decrypt and the comparison.
func v2(c caller) error {
	const service = "/v2.KeyManagementService/"
	status, err := c.call(service+"Status", nil)
	if err != nil {
		return err
	}
	if s, err := parse(status); err != nil || s.text(1) != "v2" || s.text(2) != "ok" || s.text(3) == "" {
		return fmt.Errorf("Status: version %q, healthz %q, key id %q, %v", s.text(1), s.text(2), s.text(3), err)
	}
	seed := make([]byte, 32)
	rand.Read(seed)
	sealed, err := c.call(service+"Encrypt", field(field(nil, 1, seed), 2, []byte(unique())))
	if err != nil {
		return err
	}
	s, err := parse(sealed)
	if err != nil || s.text(1) == "" || s.text(2) == "" {
		return fmt.Errorf("Encrypt: %d bytes under key id %q, %v", len(s.text(1)), s.text(2), err)
	}
	request := field(field(field(nil, 1, []byte(s.text(1))), 2, []byte(unique())), 3, []byte(s.text(2)))
	for _, annotation := range s[3] {
		request = field(request, 4, annotation)
	}
	opened, err := c.call(service+"Decrypt", request)
	if err != nil {
		return err
	}
	return same(opened, seed)
}

// v1beta1 is Version, Encrypt, Decrypt and the comparison.
func v1beta1(c caller) error {
	const service = "/v1beta1.KeyManagementService/"
	version := field(nil, 1, []byte("v1beta1"))
	answer, err := c.call(service+"Version", version)
	if err != nil {
		return err
	}
	if v, err := parse(answer); err != nil || v.text(1) != "v1beta1" {
		return fmt.Errorf("Version: %q, %v", v.text(1), err)
	}
	seed := make([]byte, 32)
	rand.Read(seed)
	sealed, err := c.call(service+"Encrypt", field(version[:len(version):len(version)], 2, seed))
	if err != nil {
		return err
	}
	s, err := parse(sealed)
	if err != nil || s.text(1) == "" {
		return fmt.Errorf("Encrypt: %d bytes, %v", len(s.text(1)), err)
	}
	opened, err := c.call(service+"Decrypt", field(version[:len(version):len(version)], 2, []byte(s.text(1))))
	if err != nil {
		return err
	}
	return same(opened, seed)
}

func same(answer, seed []byte) error {
	a, err := parse(answer)
	if err != nil || !bytes.Equal([]byte(a.text(1)), seed) {
		return fmt.Errorf("Decrypt: %d bytes that are not the seed, %v", len(a.text(1)), err)
	}
	return nil
}

func unique() string {
	b := make([]byte, 16)
	rand.Read(b)
	return hex.EncodeToString(b)
}
