//go:build bookworm

package main

import "google.golang.org/grpc"

// Before grpc-go 1.34 there are no insecure credentials.
func plainText() grpc.DialOption { return grpc.WithInsecure() }
