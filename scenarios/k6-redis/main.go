// k6 with an extension: what `xk6 build` writes and compiles, kept as source so that go.mod pins every part of it.
package main

import (
	_ "github.com/grafana/xk6-redis"
	"go.k6.io/k6/cmd"
)

func main() {
	cmd.Execute()
}
