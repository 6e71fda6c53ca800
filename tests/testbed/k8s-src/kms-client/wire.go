package main

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// raw hands bytes through: content-type stays application/grpc, as kube-apiserver's.
type raw struct{}

func (raw) Marshal(v interface{}) ([]byte, error) { return v.([]byte), nil }

func (raw) Unmarshal(data []byte, v interface{}) error {
	*v.(*[]byte) = append([]byte(nil), data...)
	return nil
}

func (raw) Name() string { return "" }

// message is what a protobuf message holds: all fields of these APIs are
// strings, bytes or embedded messages, wire type 2.
type message map[uint64][][]byte

// text is the last value of a field, as protobuf reads it; empty when it isn't there.
func (m message) text(number uint64) string {
	if all := m[number]; len(all) > 0 {
		return string(all[len(all)-1])
	}
	return ""
}

func field(to []byte, number uint64, value []byte) []byte {
	var n [binary.MaxVarintLen64]byte
	to = append(to, n[:binary.PutUvarint(n[:], number<<3|2)]...)
	to = append(to, n[:binary.PutUvarint(n[:], uint64(len(value)))]...)
	return append(to, value...)
}

func parse(data []byte) (message, error) {
	m := message{}
	for len(data) > 0 {
		tag, a := binary.Uvarint(data)
		if a <= 0 || tag&7 != 2 {
			return m, fmt.Errorf("a field of wire type %d", tag&7)
		}
		size, b := binary.Uvarint(data[a:])
		if b <= 0 || size > uint64(len(data)-a-b) {
			return m, errors.New("a field is longer than its message")
		}
		end := a + b + int(size)
		m[tag>>3] = append(m[tag>>3], data[a+b:end])
		data = data[end:]
	}
	return m, nil
}
