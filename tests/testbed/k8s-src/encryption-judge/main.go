// encryption-judge says what kube-apiserver does with a text of --encryption-provider-config: whether it starts with it, what it
// reads in it, what it stores by it and what it still reads afterwards.  Whatever judges is the unmodified code of
// k8s.io/apiserver; KMS plugins are fakes of this process, on real sockets.  Requests come as lines of JSON on standard input,
// each is answered by one line on standard output, in their order; it ends with its input.  README.md of tests/testbed lists them.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"

	"google.golang.org/grpc/grpclog"
	"k8s.io/klog/v2"
)

type request struct {
	Op       string    `json:"op"`
	Server   string    `json:"server"`
	Text     *[]byte   `json:"text"`
	Reload   bool      `json:"reload"`
	Fresh    bool      `json:"fresh"`
	KMSv1    bool      `json:"kmsv1"`
	Socket   string    `json:"socket"`
	KEK      string    `json:"kek"`
	Resource string    `json:"resource"`
	Key      string    `json:"key"`
	Value    []byte    `json:"value"`
	Stored   []byte    `json:"stored"`
	Items    []request `json:"items"`
}

type answer map[string]any

type judge struct {
	file    *memoryFile
	servers map[string]*server
	plugins map[string]*plugin
}

func (j *judge) do(r request) (a answer, err error) {
	// What panics here would have ended kube-apiserver.
	defer func() {
		if p := recover(); p != nil {
			a, err = nil, fmt.Errorf("panic: %v", p)
		}
	}()
	switch r.Op {
	case "check":
		return j.check(r)
	case "load":
		return j.load(r)
	case "write":
		return j.write(r)
	case "read":
		return j.read(r)
	case "drop":
		j.drop(r.Server)
		return answer{}, nil
	case "plugin":
		return answer{}, j.plug(r.Socket, r.KEK)
	case "unplug":
		return answer{}, j.unplug(r.Socket)
	case "stats":
		files, err := os.ReadDir("/proc/self/fd")
		return answer{"goroutines": runtime.NumGoroutine(), "files": len(files), "servers": len(j.servers)}, err
	case "batch":
		items := make([]answer, 0, len(r.Items))
		for _, i := range r.Items {
			items = append(items, j.answer(i))
		}
		return answer{"items": items}, nil
	}
	return nil, fmt.Errorf("unknown op %q", r.Op)
}

func (j *judge) answer(r request) answer {
	a, err := j.do(r)
	if err != nil {
		return answer{"ok": false, "error": j.file.unnamed(err.Error())}
	}
	a["ok"] = true
	return a
}

// silence: standard error is for what ends this process.
func silence() {
	fs := flag.NewFlagSet("klog", flag.PanicOnError)
	klog.InitFlags(fs)
	_ = fs.Set("logtostderr", "false")
	_ = fs.Set("stderrthreshold", "FATAL")
	klog.SetOutput(io.Discard)
	grpclog.SetLoggerV2(grpclog.NewLoggerV2(io.Discard, io.Discard, io.Discard))
}

func main() {
	silence()
	file, err := newMemoryFile()
	if err != nil {
		fmt.Fprintln(os.Stderr, "encryption-judge:", err)
		os.Exit(1)
	}
	j := &judge{file: file, servers: map[string]*server{}, plugins: map[string]*plugin{}}
	in, out := bufio.NewReaderSize(os.Stdin, 1<<20), bufio.NewWriterSize(os.Stdout, 1<<20)
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	for {
		line, end := in.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			var r request
			a := answer{}
			if err := json.Unmarshal(line, &r); err != nil {
				a["ok"], a["error"] = false, "not a request: "+err.Error()
			} else {
				a = j.answer(r)
			}
			if err := errors.Join(encoder.Encode(a), out.Flush()); err != nil {
				fmt.Fprintln(os.Stderr, "encryption-judge:", err)
				os.Exit(1)
			}
		}
		if end != nil {
			break
		}
	}
	for socket := range j.plugins {
		_ = j.unplug(socket)
	}
}
