// Package fonts holds Noto Sans for scripts that Liberation Sans lacks: Chinese,
// Japanese, Korean, Arabic, Hebrew, Devanagari and Thai, in the regular weight.
//
// The files (dist) come from npm, where @fontsource publishes them under the SIL
// Open Font License; make copies them, and they are not kept in the repository.
// Without them the program works, and knows none of these letters.
package fonts

import (
	"bytes"
	"embed"
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/font/opentype"
)

//go:embed all:dist
var files embed.FS

// Family is a Noto Sans, by what its package is called.
type Family string

const (
	Arabic     Family = "arabic"
	Devanagari Family = "devanagari"
	Hebrew     Family = "hebrew"
	Thai       Family = "thai"
	Chinese    Family = "sc"
	Japanese   Family = "jp"
	Korean     Family = "kr"
)

// Families are all of them.
var Families = []Family{Arabic, Devanagari, Hebrew, Thai, Chinese, Japanese, Korean}

// Having is the font of a family that has a letter, nil if there is none. A
// family of East Asia is a hundred files of some hundred letters each; only
// those that are asked for are read, once, and stay in memory.
func (f Family) Having(r rune) *font.Font {
	spans := indices[f]()
	n, found := slices.BinarySearchFunc(spans, r, func(s span, r rune) int {
		switch {
		case s.last < r:
			return -1
		case s.first > r:
			return 1
		}
		return 0
	})
	if !found {
		return nil
	}
	parsed := spans[n].font()
	if parsed == nil {
		return nil
	}
	if _, has := parsed.NominalGlyph(r); !has {
		return nil
	}
	return parsed
}

// Missing are the families whose files were not there when the program was
// built.
func Missing() []Family {
	return slices.DeleteFunc(slices.Clone(Families), func(f Family) bool { return len(indices[f]()) > 0 })
}

// span is a range of letters, and the font that may have them.
type span struct {
	first, last rune
	font        func() *font.Font
}

var indices = func() map[Family]func() []span {
	all := map[Family]func() []span{}
	for _, f := range Families {
		all[f] = sync.OnceValue(f.index)
	}
	return all
}()

// index is where the letters of a family are, by the list of its package:
// {"[21]": "U+9f83,U+9f85-9f8d", "arabic": "U+600-6ff"}. Of the names, those
// whose file is in dist count.
func (f Family) index() []span {
	list, err := files.ReadFile("dist/" + string(f) + ".json")
	if err != nil {
		return nil
	}
	var ranges map[string]string
	if json.Unmarshal(list, &ranges) != nil {
		return nil
	}
	var spans []span
	for name, letters := range ranges {
		file := path.Join("dist", "noto-sans-"+string(f)+"-"+strings.Trim(name, "[]")+"-400-normal.woff")
		if s, err := files.Open(file); err != nil {
			continue
		} else {
			_ = s.Close()
		}
		parsed := sync.OnceValue(func() *font.Font { return parse(file) })
		for letters := range strings.SplitSeq(letters, ",") {
			first, last, ok := strings.Cut(strings.TrimPrefix(strings.TrimSpace(letters), "U+"), "-")
			if !ok {
				last = first
			}
			from, err := strconv.ParseInt(first, 16, 32)
			to, err2 := strconv.ParseInt(last, 16, 32)
			if err == nil && err2 == nil {
				spans = append(spans, span{rune(from), rune(to), parsed})
			}
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return int(a.first - b.first) })
	return spans
}

func parse(file string) *font.Font {
	data, err := files.ReadFile(file)
	if err != nil {
		return nil
	}
	tables, err := opentype.NewLoader(bytes.NewReader(data))
	if err != nil {
		return nil
	}
	parsed, err := font.NewFont(tables)
	if err != nil {
		return nil
	}
	return parsed
}
