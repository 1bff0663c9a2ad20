//go:build ignore

// Signs a launch token with nothing but Go. The key is an Ed25519
// private key in PEM, made with
//
//	openssl genpkey -algorithm ed25519 -out launch.pem
//
// Its public half goes into your key set: go run launch.go launch.pem --jwks
package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"log"
	"os"
	"time"
)

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: go run launch.go KEY.pem CLAIMS, or KEY.pem --jwks")
	}
	key, err := readKey(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	if os.Args[2] == "--jwks" {
		x := base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))
		fmt.Printf(`{"keys":[{"kty":"OKP","crv":"Ed25519","x":%q,"kid":"launch-1","alg":"EdDSA","use":"sig"}]}`+"\n", x)
		return
	}
	var claims map[string]any
	if err := json.Unmarshal([]byte(os.Args[2]), &claims); err != nil {
		log.Fatal(err)
	}
	token, err := launchToken(key, "launch-1", claims)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(token)
}

// launchToken signs the claims, with the times and the id that each token needs.
func launchToken(key ed25519.PrivateKey, kid string, claims map[string]any) (string, error) {
	now := time.Now().Unix()
	claims["iat"], claims["exp"], claims["jti"] = now, now+120, rand.Text()
	header, err := json.Marshal(map[string]string{"alg": "EdDSA", "typ": "pay-launch+jwt", "kid": kid})
	if err != nil {
		return "", err
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	encode := base64.RawURLEncoding.EncodeToString
	signed := encode(header) + "." + encode(payload)
	return signed + "." + encode(ed25519.Sign(key, []byte(signed))), nil
}

func readKey(file string) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("no PEM in " + file)
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	ed, ok := key.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("not an Ed25519 key: " + file)
	}
	return ed, nil
}
