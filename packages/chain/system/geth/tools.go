//go:build tools

// Package geth pins the client of Ethereum that our blocks are shown to.
package geth

import _ "github.com/ethereum/go-ethereum/cmd/geth"
