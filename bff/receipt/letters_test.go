package receipt

import (
	"bytes"
	"fmt"
	"strings"
	"sync"
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"paypane/bff/receipt/fonts"
	"paypane/tier"
	"paypane/web/words"
)

// names are what people are called; shown are those that the PDF has letters
// for.
var names = []struct {
	name  string
	shown bool
}{
	{"Dana Sample", true},
	{"José Núñez Åström", true},
	{norm.NFD.String("José Núñez Åström"), true},
	{"Nguyễn Thị Hoàng Ánh", true},
	{norm.NFD.String("Nguyễn Thị Hoàng Ánh"), true},
	{"Anne\u2011Marie Zoë", true},
	{"Łukasz Żółć", true},
	{"Дарья Иванова", true},
	{"Ива\u0301н Петро\u0301в", true}, // where the stress is: no letter is composed of these
	{"x\u0331\u0489", true},           // no letter is made of these marks, but the font has them
	{"Δανάη Παπαδοπούλου", true},
	{"דנה כהן", true},
	{"מֹשֶׁה בֶּן־עַמִּי", true},
	{"王小明", true},
	{"李晓红", true},
	{"陳曉鋒", true},
	{"歐陽龍馬", true},
	{"喆堃 赟", true},
	{"山田太郎", true},
	{"髙橋 﨑元", true},
	{"さくら やまだ", true},
	{"サンプル・ダナ", true},
	{"佐々木 ひかり", true},
	{"𠮷野家", true},
	{"김민준", true},
	{norm.NFD.String("김민준"), true},
	{"남궁 뷁", true},
	{"金 민준", true},
	{"محمد علي", true},
	{"عبد الله بن إبراهيم", true},
	{"مُحَمَّد", true},
	{"محمد (علي)", true},
	{"(محمد) 12 علي 34", true},
	{"محمد علي 12", true},
	{"محمد، علي ١٢ حسن", true},
	{"محمد, علي-رضا / 3", true},
	{"(דנה) דנה 5", true},
	{"דנה Smith (כהן) 7", true},
	{"ד\"ר ליאור כהן, MD", true},
	{"محمد Ali 12", true},
	{"Dana محمد Sample", true},
	{"فاطمه می\u200cخواهم", true},
	{"علی\u200cرضا رضایی", true},
	{"پروین گوهر چاوشی", true},
	{"प्रिया शर्मा", true},
	{"क्षत्रिय श्रीकृष्ण", true},
	{"लक्\u200dष्मी", true},
	{"लक्\u200cष्मी", true},
	{"\u0958़मर", true}, // a letter that Unicode takes apart
	{"สมชาย ใจดี", true},
	{"น้ำผึ้ง ปิ่นเกล้า ฐิติ์", true},
	{"Dana 王 Müller", true},
	{"王小明 (Wang Xiaoming)", true},
	{"Иван 王 محمد", true},
	{"Dana 😀", false},
	{"王😀明", false},
	{"𓀀𓀁", false},
	{"Dana ᐃᓄᒃ", false},
}

// A name that the PDF cannot show as it is written is not left to boxes: the
// file says where it can be seen. All names are found, marked and copied as
// they are written. The fonts have to be there: make build brings them.
func TestLettersOfNames(t *testing.T) {
	tier.Full(t)
	if missing := fonts.Missing(); len(missing) > 0 {
		t.Fatalf("no fonts of %v: run make build, with npm at hand", missing)
	}
	for _, row := range names {
		for _, where := range []string{"patient", "provider", "practice"} {
			i := sample()
			switch where {
			case "patient":
				i.Patient = row.name
			case "provider":
				i.Lines[0].Provider = row.name
			case "practice":
				i.Practice.Name = row.name
			}
			text := unmarked(poppler(t, pdfOf(t, i), "pdftotext", "-layout", "FILE", "-"))
			if strings.Contains(text, words.Language{}.Text("receipt.letters")) == row.shown {
				t.Errorf("%s %q: shown %t\n%s", where, row.name, row.shown, text)
			}
			if !strings.Contains(text, row.name) {
				t.Errorf("%s %q is not read back: %q", where, row.name, text)
			}
		}
	}
}

// However scripts, numbers and signs stand together in a line, it is copied as it
// is written. White space is not compared: poppler guesses it from the gaps.
func TestLinesAreCopiedAsWritten(t *testing.T) {
	tier.Full(t)
	parts := []string{"Ali", "Zoë", "12", "3", "محمد", "علی\u200cرضا", "مُحَمَّد", "١٢", "۳", "דנה", "בֶּן־", "王小明", "やまだ", "김", "प्रिया", "ใจดี",
		"Иван", "(", ")", ",", "،", "-", "/", ".", "&", " ", " ", " ", " "}
	line := rapid.Custom(func(t *rapid.T) string {
		return strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 7).Draw(t, "parts"), "")
	})
	rapid.Check(t, func(t *rapid.T) {
		i := sample()
		i.Practice.Address = nil
		for range 12 {
			i.Practice.Address = append(i.Practice.Address, "Before "+line.Draw(t, "line"), line.Draw(t, "line")+" behind", line.Draw(t, "line"))
		}
		text := strings.ReplaceAll(unmarked(poppler(t, pdfOf(t, i), "pdftotext", "-layout", "FILE", "-")), " ", "")
		for _, l := range document(i).Map(clean).Letterhead.Address {
			if !strings.Contains(text, strings.ReplaceAll(l, " ", "")) {
				t.Fatalf("%+q is not read back:\n%+q", l, text)
			}
		}
	})
}

// What is drawn on paper is a letter: no font is asked for one that it lacks,
// and what none has is a box of its own.
func TestNoLetterIsDrawnThatAFontLacks(t *testing.T) {
	tier.Full(t)

	for _, row := range names {
		var s setting
		boxes := false
		for _, p := range s.line(row.name, hanOf(row.name)) {
			boxes = boxes || p.missing
			if p.face == nil {
				for _, r := range p.seen {
					if !drawn(r) || p.missing && string(r) != notThere {
						t.Errorf("%q: %U is not in the fonts", row.name, r)
					}
				}
				continue
			}
			for _, g := range p.glyphs {
				if g.GlyphID == 0 {
					t.Errorf("%q: a glyph of %q is missing", row.name, p.text)
				}
			}
		}
		if boxes == row.shown {
			t.Errorf("%q: shown %t", row.name, row.shown)
		}
	}
}

// A Chinese character looks as it does in the language of the name.
func TestHanOfNames(t *testing.T) {
	for name, want := range map[string]fonts.Family{
		"直子": fonts.Chinese, "直子 やまだ": fonts.Japanese, "ナオ直子": fonts.Japanese, "直子 김": fonts.Korean, "王 Dana": fonts.Chinese,
	} {
		if got := hanOf(name); got != want {
			t.Errorf("%q: %s, want %s", name, got, want)
		}
		var s setting
		for _, p := range s.line(name, hanOf(name)) {
			if p.face != nil && p.face.Font != want.Having([]rune(p.text)[0]) {
				t.Errorf("%q: %q is not drawn in %s", name, p.text, want)
			}
		}
	}
}

// Letters that stand together are drawn as such: they join, and marks stand on
// their letter instead of behind it.
func TestLettersAreShaped(t *testing.T) {
	tier.Full(t)

	width := func(text string) float64 { return newSheets().width(text, body) }
	for _, row := range []struct{ together, apart string }{
		{"علي", "ع ل ي"}, {"क्ष", "क ष"}, {"ที่", "ท"}, {"บุ้", "บ"}, {"שָׁ", "ש"}, {"सि", "स"},
	} {
		var s setting
		var glyphs []string
		for _, text := range []string{row.together, row.apart} {
			ids := ""
			for _, p := range s.line(text, fonts.Chinese) {
				for _, g := range p.glyphs {
					ids += fmt.Sprintf(" %d", g.GlyphID)
				}
			}
			glyphs = append(glyphs, ids)
		}
		if glyphs[0] == glyphs[1] {
			t.Errorf("%q has the glyphs of %q: %s", row.together, row.apart, glyphs[0])
		}
	}
	if a, b := width("ที่"), width("ท"); a != b {
		t.Errorf("marks make a Thai letter %.2f wide instead of %.2f", a, b)
	}
	if a, b := width("لا"), width("ل")+width("ا"); a >= b {
		t.Errorf("lam and alef are %.2f wide, alone %.2f", a, b)
	}
	if a, b := width("क्\u200cष"), width("क्ष"); a == b {
		t.Error("a non-joiner changes nothing")
	}
}

// Receipts that are written at the same time read fonts at the same time.
func TestPDFsAtTheSameTime(t *testing.T) {
	few := names[len(names)-8:]
	files := make([][4][]byte, len(few))
	var all sync.WaitGroup
	for n := range 4 {
		all.Go(func() {
			for k := range few {
				i := sample()
				at := (k + n*2) % len(few)
				i.Patient = few[at].name
				var err error
				if files[at][n], err = PDF(words.Language{}, document(i), made); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	for at := range few {
		for n := range files[at] {
			if !bytes.Equal(files[at][n], files[at][0]) {
				t.Errorf("%q: two files", few[at].name)
			}
		}
	}
}

func BenchmarkPDF(b *testing.B) {
	for _, name := range []string{"Dana Sample", "王小明", "محمد علي", "प्रिया शर्मा"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				i := sample()
				i.Patient = name
				if _, err := PDF(words.Language{}, document(i), made); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// unmarked is what pdftotext writes without its marks of direction, with one
// space between words.
func unmarked(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("\u200e", "", "\u200f", "", "\u202a", "", "\u202b", "", "\u202c", "").Replace(text)), " ")
}

// onPaper is a text in the order in which it stands on paper.
func onPaper(text string) string {
	var s setting
	var b strings.Builder
	for _, p := range s.line(text, hanOf(text)) {
		b.WriteString(strings.TrimSuffix(p.inSeenOrder(), p.mark))
	}
	return b.String()
}

// On paper a word that runs to the left begins at its right end.
func TestOnPaper(t *testing.T) {
	for text, want := range map[string]string{
		"Dana Sample":        "Dana Sample",
		"Zoë ליאור":          "Zoë רואיל",
		"ליאור כהן":          "ןהכ רואיל",
		"a ליאור 12 כהן b":   "a ןהכ 12 רואיל b",
		"ליאור Smith":        "רואיל Smith",
		"O’Brien <b> (ליאור": "O’Brien <b> (רואיל",
		"علي (1) محمد b":     "دمحم (1) يلع b",
		"علي ١٢ محمد":        "دمحم ١٢ يلع",
		"王 علي":              "王 يلع",
		"":                   "",
	} {
		if got := onPaper(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
