package main

import (
	"bytes"
	"io"
	"net"
	"sort"
	"strings"
	"sync"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// extra begins the names of the extra metadata.
const extra = "x-kms-client-"

// sent is what the headers of all requests said, read from the bytes on their way out.
type sent struct {
	mutex       sync.Mutex
	headers     map[string]map[string]int
	connections int
	calls       int
	readers     sync.WaitGroup
}

func (s *sent) conn(c net.Conn) net.Conn {
	s.mutex.Lock()
	s.connections++
	s.mutex.Unlock()
	copied := &pipe{}
	copied.more = sync.NewCond(&copied.mutex)
	s.readers.Add(1)
	go s.read(copied)
	return &tee{Conn: c, to: copied}
}

func (s *sent) read(from io.Reader) {
	defer s.readers.Done()
	if _, err := io.ReadFull(from, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	frames := http2.NewFramer(io.Discard, from)
	frames.SetMaxReadFrameSize(1<<24 - 1)
	frames.ReadMetaHeaders = hpack.NewDecoder(4096, nil)
	frames.ReadMetaHeaders.SetAllowedMaxDynamicTableSize(1 << 20)
	for {
		frame, err := frames.ReadFrame()
		if err != nil {
			return
		}
		if h, ok := frame.(*http2.MetaHeadersFrame); ok {
			s.mutex.Lock()
			s.calls++
			for _, f := range h.Fields {
				s.add(f.Name, f.Value)
			}
			s.mutex.Unlock()
		}
	}
}

func (s *sent) add(name, value string) {
	if s.headers == nil {
		s.headers = map[string]map[string]int{}
	}
	if s.headers[name] == nil {
		s.headers[name] = map[string]int{}
	}
	s.headers[name][value]++
}

// fill waits until every connection is closed.
func (s *sent) fill(r *result) {
	s.readers.Wait()
	r.Connections, r.Calls, r.Timeouts = s.connections, s.calls, len(s.headers["grpc-timeout"])
	r.Authorities = []string{}
	for a := range s.headers[":authority"] {
		r.Authorities = append(r.Authorities, a)
	}
	sort.Strings(r.Authorities)
	for name := range s.headers {
		if strings.HasPrefix(name, extra) {
			r.Metadata++
		}
	}
}

type tee struct {
	net.Conn
	to *pipe
}

func (t *tee) Write(b []byte) (int, error) {
	n, err := t.Conn.Write(b)
	t.to.write(b[:n])
	return n, err
}

func (t *tee) Close() error {
	t.to.close()
	return t.Conn.Close()
}

// pipe never blocks its writer.
type pipe struct {
	mutex  sync.Mutex
	more   *sync.Cond
	bytes  bytes.Buffer
	closed bool
}

func (p *pipe) write(b []byte) {
	p.mutex.Lock()
	p.bytes.Write(b)
	p.mutex.Unlock()
	p.more.Signal()
}

func (p *pipe) close() {
	p.mutex.Lock()
	p.closed = true
	p.mutex.Unlock()
	p.more.Signal()
}

func (p *pipe) Read(b []byte) (int, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	for p.bytes.Len() == 0 && !p.closed {
		p.more.Wait()
	}
	return p.bytes.Read(b)
}
