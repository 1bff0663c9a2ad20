package payment

import (
	"fmt"
	"strconv"
	"strings"
)

// Because is a sentence of why a person has to look at an attempt, as the record keeps
// it: its key in the catalogue with the names and values that it takes in turn, amounts
// in cents. A value is a word or a number without spaces; what is none is left out.
// People read it as words.Because prints it.
//
//	asked.row.time number=61234
func Because(key string, named ...any) string {
	var b strings.Builder
	b.WriteString(key)
	for i := 0; i+1 < len(named); i += 2 {
		text := fmt.Sprint(named[i+1])
		if amount, is := named[i+1].(Amount); is {
			text = "$" + strconv.FormatInt(amount.Cents(), 10)
		}
		if text == "" || strings.ContainsAny(text, " ;=") {
			continue
		}
		fmt.Fprintf(&b, " %s=%s", named[i], text)
	}
	return b.String()
}

// AllBecause are several such sentences, in their order.
func AllBecause(sentences ...string) string { return strings.Join(sentences, "; ") }

// EachBecause calls print for each sentence that is kept, with its names and values. It
// reports false, and calls nothing, for a text that is none of Because: records of
// earlier versions keep what people read.
func EachBecause(kept string, print func(key string, named []any)) bool {
	type sentence struct {
		key   string
		named []any
	}
	var all []sentence
	for part := range strings.SplitSeq(kept, "; ") {
		words := strings.Split(part, " ")
		s := sentence{key: words[0]}
		if !strings.HasPrefix(s.key, "asked.") {
			return false
		}
		for _, word := range words[1:] {
			name, text, ok := strings.Cut(word, "=")
			if !ok {
				return false
			}
			value := any(text)
			if cents, err := strconv.ParseInt(strings.TrimPrefix(text, "$"), 10, 64); err == nil && text[0] == '$' {
				value = Cents(cents)
			}
			s.named = append(s.named, name, value)
		}
		all = append(all, s)
	}
	for _, s := range all {
		print(s.key, s.named)
	}
	return true
}
