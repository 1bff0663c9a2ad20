package receipt

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paypane/tier"
	"paypane/web/payment"
	"paypane/web/words"
)

// poppler runs one of its tools over a PDF. It is one of those that make tools
// installs: without it the test fails.
func poppler(t rapid.TB, file []byte, tool string, args ...string) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "receipt")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	at := filepath.Join(dir, "receipt.pdf")
	if err := os.WriteFile(at, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for n := range args {
		args[n] = strings.ReplaceAll(args[n], "FILE", at)
	}
	var complaints bytes.Buffer
	cmd := exec.Command(tool, args...)
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s (poppler-utils, see make tools): %v\n%s", tool, err, complaints.String())
	}
	return string(out)
}

func pdfOf(t rapid.TB, i payment.Receipt) []byte {
	t.Helper()
	file, err := PDF(words.Language{}, document(i), made)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

var pagesLine = regexp.MustCompile(`(?m)^Pages: +(\d+)$`)

func pages(t rapid.TB, file []byte) int {
	t.Helper()
	n, _ := strconv.Atoi(pagesLine.FindStringSubmatch(poppler(t, file, "pdfinfo", "FILE"))[1])
	return n
}

// read is the text of the structure tree: what a screen reader reads.
func read(t rapid.TB, file []byte) (text, tags string) {
	t.Helper()
	tags = poppler(t, file, "pdfinfo", "-struct-text", "FILE")
	var b strings.Builder
	for line := range strings.Lines(tags) {
		if s := strings.TrimSpace(line); len(s) > 1 && s[0] == '"' && s[len(s)-1] == '"' {
			b.WriteString(s[1:len(s)-1] + " ")
		}
	}
	return spaced(b.String()), tags
}

// allOnPaper are texts as poppler shows them in the structure: it does not turn
// around what runs to the left, nor look at what is to be read instead.
func allOnPaper(texts []string) []string {
	for n := range texts {
		texts[n] = onPaper(texts[n])
	}
	return texts
}

// Whatever is on a receipt can be read from its PDF, all of it and in order:
// by its tags, and by the order in which the text stands in the file.
func TestPDFIsReadInOrder(t *testing.T) {
	tier.Full(t)
	rapid.Check(t, func(t *rapid.T) {
		i := drawReceipt(t)
		file := pdfOf(t, i)
		if rapid.IntRange(0, 7).Draw(t, "by tags") == 0 { // slow: poppler draws the page once for each mark
			byTags, _ := read(t, file)
			if lost := inOrder(byTags, allOnPaper(said(i))); lost != "" {
				t.Fatalf("by tags, %q is not in its place:\n%s", lost, byTags)
			}
		}
		copied := spaced(poppler(t, file, "pdftotext", "-raw", "-nopgbrk", "FILE", "-"))
		if len(i.Lines) < 5 { // no headings of a second page among it
			if lost := inOrder(copied, said(i)); lost != "" {
				t.Fatalf("copied, %q is not in its place:\n%s", lost, copied)
			}
		}
	})
}

// A payment is one page as long as its services fit on it, and never more
// pages than they need; each is numbered, and no service is lost at a turn.
func TestPDFPages(t *testing.T) {
	tier.Full(t)
	i, before := sample(), 1
	row := i.Lines[0]
	row.Paid = payment.Cents(1)
	var lines []payment.ReceiptLine
	for n := range 60 {
		if n%6 == 0 || n > 6 && n < 12 {
			file := pdfOf(t, i.With(lines))
			got := pages(t, file)
			switch {
			case n <= 7 && got != 1:
				t.Errorf("%d services on %d pages", n, got)
			case got < before || got > 1+(n+3)/10:
				t.Errorf("%d services on %d pages, fewer on %d", n, got, before)
			}
			text := spaced(poppler(t, file, "pdftotext", "FILE", "-"))
			for page := 1; page <= got; page++ {
				if foot := "Payment reference 61234 · Page " + strconv.Itoa(page) + " of " + strconv.Itoa(got); !strings.Contains(text, foot) {
					t.Errorf("%d services: no foot %q", n, foot)
				}
			}
			if found := strings.Count(text, "Office visit"); found != n {
				t.Errorf("%d services, %d on paper", n, found)
			}
			before = got
		}
		lines = append(lines, row)
	}
	if before < 3 {
		t.Errorf("60 services on %d pages", before)
	}
}

func TestPDFIsTagged(t *testing.T) {
	tier.Full(t)
	file := pdfOf(t, sample())
	info := poppler(t, file, "pdfinfo", "FILE")
	for _, want := range []string{"Title:           Receipt 61234, Harbor Family Medicine", "Tagged:          yes", "JavaScript:      no",
		"Pages:           1", "Page size:       612 x 792 pts (letter)", "CreationDate:    Sun Nov 22 15:04:05 2026"} {
		if !strings.Contains(info, want) {
			t.Errorf("no %q in\n%s", want, info)
		}
	}
	for _, want := range []string{"/Lang (en-US)", "/MarkInfo <</Marked true>>", "/DisplayDocTitle true", "/StructParents 0 /Tabs /S"} {
		if !bytes.Contains(file, []byte(want)) {
			t.Errorf("no %q", want)
		}
	}
	_, tags := read(t, file)
	if want, err := os.ReadFile("testdata/tags.txt"); err != nil || tags != string(want) {
		t.Errorf("tags: %v\n%s", err, tags)
	}
	// All fonts are in the file, and say which letters they are.
	for n, line := range strings.Split(strings.TrimSpace(poppler(t, file, "pdffonts", "FILE")), "\n") {
		if f := strings.Fields(line); n > 1 && strings.Join(f[len(f)-5:len(f)-2], " ") != "yes no yes" && strings.Join(f[len(f)-5:len(f)-2], " ") != "yes yes yes" {
			t.Errorf("font %s", line)
		}
	}
}

// Letters of other alphabets, words that run to the left and what looks like
// markup stand on paper as they are, and are read as they are.
func TestPDFStrangeLetters(t *testing.T) {
	tier.Full(t)
	i := strange()
	i.Practice.Name += " 🏥" // beyond the fonts: read, and not seen
	file := pdfOf(t, i)
	byTags, _ := read(t, file)
	copied := spaced(poppler(t, file, "pdftotext", "FILE", "-"))
	for _, want := range []string{"Zoë-Marie O’Brien-D'Ávila ליאור", "Łódź & O’Brien <b>Clinic</b> 🏥", "<img src=x onerror=alert(1)> x\" onfocus=\"alert(1)", "ד\"ר ליאור"} {
		if !strings.Contains(copied, want) {
			t.Errorf("no %q in\n%s", want, copied)
		}
		if !strings.Contains(byTags, strings.ReplaceAll(onPaper(want), "🏥", notThere)) {
			t.Errorf("by tags, no %q in\n%s", want, byTags)
		}
	}
	for _, want := range []string{"ליאור", "ד\"ר ליאור כהן, MD"} {
		if !bytes.Contains(file, []byte("/S /Span")) || !bytes.Contains(file, []byte(hexText(want))) && !bytes.Contains(file, []byte(hexText("Procedure 99213, "+want))) {
			t.Errorf("%q is nowhere as it is read", want)
		}
	}
}

// The same receipt is the same file, and other text is never out of it.
func TestPDFIsTheSame(t *testing.T) {
	if !bytes.Equal(pdfOf(t, sample()), pdfOf(t, sample())) {
		t.Error("the same receipt is another file")
	}
}

// Ink stays on the paper: nothing is drawn in the margins, whatever the text.
func TestPDFKeepsItsMargins(t *testing.T) {
	tier.Full(t)
	i := strange()
	i.Practice.Name = strings.Repeat("Wide", 60)
	i.Patient = strings.Repeat("W", 150)
	i.Lines[0].Description = strings.Repeat("W", 200)
	i.Lines[0].Billed = payment.Said(payment.Cents(99_999_99))
	for page := range strings.SplitSeq(poppler(t, pdfOf(t, i), "pdftotext", "-bbox", "FILE", "-"), "<page ") {
		for _, w := range regexp.MustCompile(`xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)"`).FindAllStringSubmatch(page, -1) {
			x0, _ := strconv.ParseFloat(w[1], 64)
			x1, _ := strconv.ParseFloat(w[3], 64)
			y1, _ := strconv.ParseFloat(w[4], 64)
			if x0 < margin-3 || x1 > right+3 || y1 > sheetHeight-30 {
				t.Errorf("in the margin: %s", w[0])
			}
		}
	}
}

// Whatever text comes, a PDF comes of it whose last table of objects is where
// it says, with every object where the table says.
func FuzzPDF(f *testing.F) {
	f.Add("Zoë-Marie O’Brien-D'Ávila ליאור", "</script><script>alert(1)</script>", 1)
	f.Add("\u202eevil\\", "(\r\n))\x00 endobj trailer", 30)
	f.Add("🏥\U0010ffff\uffff", "عربي 中文 \xff\xfe", 0)
	f.Fuzz(func(t *testing.T, name, done string, lines int) {
		i := sample()
		i.Patient, i.Practice.Name, i.Reference = name, done, name
		row := payment.ReceiptLine{Kind: payment.Claim, Description: done, Code: name, Provider: name, Paid: payment.Cents(1)}
		i.Lines = nil
		for range min(lines, 20) {
			i.Lines = append(i.Lines, row)
		}
		file := pdfOf(t, i)
		at := bytes.LastIndex(file, []byte("\nxref\n")) + 1
		if !bytes.HasSuffix(file, []byte("startxref\n"+strconv.Itoa(at)+"\n%%EOF\n")) {
			t.Fatal("the last table is not where the file says")
		}
		next := 0
		for row := range strings.Lines(string(file[at+len("xref\n"):])) {
			f := strings.Fields(row)
			switch {
			case len(f) == 2:
				next, _ = strconv.Atoi(f[0])
			case len(f) == 3 && len(row) == 20:
				offset, _ := strconv.Atoi(f[0])
				if head := strconv.Itoa(next) + " 0 obj\n"; !bytes.HasPrefix(file[offset:], []byte(head)) {
					t.Fatalf("object %d is not at %d", next, offset)
				}
				next++
			case f[0] == "trailer":
				return
			}
		}
		t.Fatal("no trailer")
	})
}
