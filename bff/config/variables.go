package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The names of what can be set.
const (
	Addr                   = "PAYPANE_ADDR"
	Origin                 = "PAYPANE_ORIGIN"
	Database               = "PAYPANE_DATABASE"
	AthenaURL              = "PAYPANE_ATHENA_URL"
	AthenaClientID         = "PAYPANE_ATHENA_CLIENT_ID"
	AthenaClientSecret     = "PAYPANE_ATHENA_CLIENT_SECRET"
	AthenaClientSecretFile = "PAYPANE_ATHENA_CLIENT_SECRET_FILE"
	Portals                = "PAYPANE_PORTALS"
	Keys                   = "PAYPANE_KEYS"
	ReceiptDelay           = "PAYPANE_RECEIPT_DELAY"
	Checkpoints            = "PAYPANE_CHECKPOINTS"
	MetricsAddr            = "PAYPANE_METRICS_ADDR"
	ClientHeader           = "PAYPANE_CLIENT_HEADER"
	Proxies                = "PAYPANE_PROXIES"
	ExplainLaunches        = "PAYPANE_EXPLAIN_LAUNCHES"
	DrainDelay             = "PAYPANE_DRAIN_DELAY"
	CoreDumps              = "PAYPANE_CORE_DUMPS"
)

// Variable is one line of the list.
type Variable struct {
	Name    string
	About   string // sentences for operators
	Default string // what it is where it is not set; empty: nothing
	// Required says that the server does not start without it, or without Or
	// where that is not empty.
	Required bool
	Or       string

	set func(c *Config, text string) error
}

// Variables is the list, for documentation.
func Variables() []Variable { return variables }

// variables has the required ones first.
var variables = []Variable{
	{Name: Origin, Required: true,
		About: "The public address of the pages, like https://pay.example: https, or http on this machine. Requests for other hosts are answered 421; the scheme's own port and the case of letters do not matter.",
		set:   place(func(c *Config) *string { return &c.Origin })},
	{Name: Database, Required: true,
		About: "sqlite:FILE for one server: made where it is missing, refused where it is damaged or cannot keep what is written. Or postgres://user@host/database for several servers.",
		set:   place(func(c *Config) *string { return &c.Database })},
	{Name: AthenaURL, Required: true,
		About: "The practice's API, like https://api.platform.athenahealth.com.",
		set:   place(func(c *Config) *string { return &c.AthenaURL })},
	{Name: AthenaClientID, Required: true,
		About: "Who we are at that API.",
		set:   place(func(c *Config) *string { return &c.AthenaClientID })},
	{Name: AthenaClientSecret, Required: true, Or: AthenaClientSecretFile,
		About: "The secret that goes with the client id.",
		set:   place(func(c *Config) *string { return &c.AthenaClientSecret })},
	{Name: AthenaClientSecretFile,
		About: "A file with that secret, instead of it.",
		set: func(c *Config, text string) (err error) {
			c.AthenaClientSecret, err = readSecret(text)
			return err
		}},
	{Name: Portals, Required: true,
		About: "The file with the portals that may launch payments.",
		set:   place(func(c *Config) *string { return &c.Portals })},
	{Name: Keys, Required: true,
		About: "Secrets of 32 bytes or more in base64 (openssl rand -base64 32), separated by commas or lines, or the path of a file with them. The first signs sessions and checkpoints, all verify: to replace a key put the new one first, and remove the old one once a checkpoint was made with the new one (an hour with payments, or a restart).",
		set: func(c *Config, text string) (err error) {
			c.Keys, err = ReadKeys(text)
			return err
		}},
	{Name: Addr, Default: "localhost:8080",
		About: "Where to listen.",
		set:   place(func(c *Config) *string { return &c.Addr })},
	{Name: ReceiptDelay, Default: "30m",
		About: "The longest that the practice's API takes from a request until its receipts show what it did, at least 30s: its own work, for which answers after 90 s are known, and the listing together. That no receipt is there proves nothing before. What is seen to take longer makes it longer by itself.",
		set: func(c *Config, text string) (err error) {
			c.ReceiptDelay, err = readReceiptDelay(text)
			return err
		}},
	{Name: Checkpoints,
		About: "A directory for signed checkpoints of the record, to be copied elsewhere. Without it they stay in the database.",
		set:   place(func(c *Config) *string { return &c.Checkpoints })},
	{Name: MetricsAddr,
		About: "Where to answer GET /metrics (Prometheus), apart from the pages and not for the public. Without it, nowhere.",
		set:   place(func(c *Config) *string { return &c.MetricsAddr })},
	{Name: ClientHeader,
		About: "The header in which the proxy in front of the server writes the client's address, like X-Forwarded-For. It needs PAYPANE_PROXIES too; without the two, limits on cards do not go by networks.",
		set: func(c *Config, text string) error {
			if c.ClientHeader = text; strings.Trim(text, headerLetters) != "" {
				return errors.New("is not the name of a header")
			}
			return nil
		}},
	{Name: Proxies,
		About: "The networks of the proxies whose header is believed, like 10.0.0.0/8 or 192.0.2.7, separated by commas.",
		set: func(c *Config, text string) (err error) {
			c.Proxies, err = readNetworks(text)
			return err
		}},
	{Name: ExplainLaunches, Default: "false",
		About: "true shows on the page of a refused launch why it was refused: for developers of portals, not where patients pay.",
		set: func(c *Config, text string) (err error) {
			if c.ExplainLaunches, err = strconv.ParseBool(text); err != nil {
				return errors.New("is neither true nor false")
			}
			return nil
		}},
	{Name: DrainDelay, Default: "5s",
		About: "How long a server that is told to stop still serves while /readyz says 503, so that what balances load sends nobody here any more before connections are refused. 0s where nothing does.",
		set: func(c *Config, text string) (err error) {
			if c.DrainDelay, err = time.ParseDuration(text); err != nil || c.DrainDelay < 0 {
				return errors.New("is not a length of time like 5s")
			}
			return nil
		}},
	{Name: CoreDumps,
		About: "1 allows core dumps and debuggers, for developers: there may be a card in them. Without it neither is allowed, on Linux.",
		set: func(_ *Config, text string) error {
			if text != "1" {
				return errors.New("is 1 or not set")
			}
			return nil
		}},
}

// place sets a field to what was given.
func place(field func(*Config) *string) func(*Config, string) error {
	return func(c *Config, given string) error {
		*field(c) = given
		return nil
	}
}

// Where -h begins to explain a variable, and where it breaks lines.
const (
	column = 35
	width  = 100
)

// Help is the list as -h prints it.
func Help() string {
	var b strings.Builder
	for _, v := range variables {
		fmt.Fprintf(&b, "%-*s", column, v.Name)
		at := column
		for word := range strings.FieldsSeq(v.About + " " + v.remark()) {
			switch {
			case at+1+len(word) > width:
				fmt.Fprintf(&b, "\n%*s", column, "")
				at = column
			case at > column:
				b.WriteByte(' ')
				at++
			}
			b.WriteString(word)
			at += len(word)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// Markdown is the list as a table of docs/operations.md.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| variable | what |\n|---|---|\n")
	for _, v := range variables {
		fmt.Fprintf(&b, "| `%s` | %s |\n", v.Name, strings.TrimSpace(v.About+" "+v.remark()))
	}
	return b.String()
}

// remark says what is where the variable is not set.
func (v Variable) remark() string {
	switch {
	case v.Or != "":
		return "This or " + v.Or + " is required."
	case v.Required:
		return "Required."
	case v.Default != "":
		return "Default: " + v.Default + "."
	}
	return ""
}
