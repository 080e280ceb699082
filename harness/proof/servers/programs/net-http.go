// Go's net/http for `proof:servers`: says its port, answers each route, counts what it answered. Ends with its input.
package main

import (
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

const body = `{"status":"ok","items":[1,2,3]}`

func main() {
	var served atomic.Int64
	mux := http.NewServeMux()
	route := func(path string, answer func(http.ResponseWriter, *http.Request)) {
		mux.HandleFunc(path, func(writer http.ResponseWriter, request *http.Request) {
			served.Add(1)
			answer(writer, request)
		})
	}
	plain := func(writer http.ResponseWriter, request *http.Request) {
		_, _ = io.Copy(io.Discard, request.Body)
		writer.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(writer, body)
	}
	route("/plain", plain)
	route("/post", plain)
	route("/chunked", func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Type", "application/json")
		for at := 0; at < len(body); at += 10 {
			_, _ = io.WriteString(writer, body[at:min(at+10, len(body))])
			writer.(http.Flusher).Flush()
		}
	})
	route("/gzip", func(writer http.ResponseWriter, _ *http.Request) {
		writer.Header().Set("Content-Encoding", "gzip")
		packed := gzip.NewWriter(writer)
		_, _ = io.WriteString(packed, strings.Repeat(body, 100))
		_ = packed.Close()
	})
	route("/empty", func(writer http.ResponseWriter, _ *http.Request) { writer.WriteHeader(http.StatusNoContent) })
	route("/close", func(writer http.ResponseWriter, request *http.Request) {
		writer.Header().Set("Connection", "close")
		plain(writer, request)
	})
	mux.HandleFunc("/served", func(writer http.ResponseWriter, _ *http.Request) { fmt.Fprint(writer, served.Load()) })
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Printf("{\"port\":%d}\n", listener.Addr().(*net.TCPAddr).Port)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	server := http.Server{Handler: mux, IdleTimeout: time.Second}
	panic(server.Serve(listener))
}
