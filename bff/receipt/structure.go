package receipt

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// structure is the tree of a document's tags: what a screen reader reads, and
// in which order. Elements are numbered from 1; 1 is the document.
type structure struct {
	elements []element
	marks    [][]int // by page from 0 and mark on the page: the element
	open     []int   // from the document to the one that is being filled
}

type element struct {
	tag, attributes string
	text            string // what is read instead of what is marked; empty: the same
	parent          int
	kids            []kid
}

// kid is an element, or a mark on a page.
type kid struct{ element, page, mark int }

func newStructure() *structure {
	return &structure{elements: []element{{tag: "Document"}}, open: []int{1}}
}

// begin opens an element; attributes are PDF syntax of an attribute dictionary,
// or empty.
func (s *structure) begin(tag, attributes string) {
	parent := s.open[len(s.open)-1]
	s.elements = append(s.elements, element{tag: tag, attributes: attributes, parent: parent})
	n := len(s.elements)
	s.elements[parent-1].kids = append(s.elements[parent-1].kids, kid{element: n})
	s.open = append(s.open, n)
}

// beginText opens an element that is read as a text, in whatever order its
// letters stand on paper.
func (s *structure) beginText(tag, text string) {
	s.begin(tag, "")
	s.elements[len(s.elements)-1].text = text
}

// hexText is a text as PDF has it, in UTF-16.
func hexText(s string) string {
	b := []byte{0xFE, 0xFF}
	for _, unit := range utf16.Encode([]rune(s)) {
		b = append(b, byte(unit>>8), byte(unit))
	}
	return fmt.Sprintf("<%X>", b)
}

func (s *structure) end() { s.open = s.open[:len(s.open)-1] }

// mark makes a mark on a page, from 0, for text of the open element, and says
// what is to be written before the text. "EMC" goes behind it.
func (s *structure) mark(page int) string {
	for len(s.marks) <= page {
		s.marks = append(s.marks, nil)
	}
	at := s.open[len(s.open)-1]
	n := len(s.marks[page])
	s.marks[page] = append(s.marks[page], at)
	s.elements[at-1].kids = append(s.elements[at-1].kids, kid{page: page, mark: n})
	return fmt.Sprintf("/%s <</MCID %d>> BDC", s.elements[at-1].tag, n)
}

// What of fpdf's file is read: it is a file of one version, with a table of
// all objects at its end.
var (
	trailerOf = regexp.MustCompile(`(?s)trailer\n<<\n/Size (\d+)\n/Root (\d+) 0 R\n/Info (\d+) 0 R\n>>\nstartxref\n(\d+)\n%%EOF\n?$`)
	kidsOf    = regexp.MustCompile(`/Kids \[((?:\d+ 0 R )+)\]`)
)

var errFile = errors.New("tag pdf: the file is not of the expected form")

// added is the file with the structure tree, as an incremental update (ISO
// 32000-1, 7.5.6): the file stays as it is, and behind it come new objects and
// new versions of the catalog and the pages.
func (s *structure) added(file []byte) ([]byte, error) {
	trailer := trailerOf.FindSubmatch(file)
	if trailer == nil {
		return nil, errFile
	}
	number := func(b []byte) int { n, _ := strconv.Atoi(string(b)); return n }
	size, root, table := number(trailer[1]), number(trailer[2]), number(trailer[4])
	object := func(n int) (string, error) {
		at := bytes.Index(file[table:], []byte("\n0000000000 65535 f \n"))
		if at < 0 || n <= 0 || n >= size {
			return "", errFile
		}
		row := table + at + 1 + 20*n
		if row+10 > len(file) {
			return "", errFile
		}
		offset := number(file[row : row+10])
		head := fmt.Sprintf("%d 0 obj\n", n)
		if offset > len(file) || !bytes.HasPrefix(file[offset:], []byte(head)) {
			return "", errFile
		}
		body, _, ok := bytes.Cut(file[offset+len(head):], []byte("\nendobj"))
		if !ok {
			return "", errFile
		}
		return string(body), nil
	}
	pagesObject, err := object(1)
	if err != nil {
		return nil, err
	}
	kids := kidsOf.FindStringSubmatch(pagesObject)
	if kids == nil {
		return nil, errFile
	}
	var pages []int
	for _, field := range strings.Fields(strings.ReplaceAll(kids[1], " 0 R", "")) {
		n, err := strconv.Atoi(field)
		if err != nil {
			return nil, errFile
		}
		pages = append(pages, n)
	}
	if len(pages) < len(s.marks) {
		return nil, errFile
	}

	tree, parents := size, size+1
	numbered := func(element int) int { return size + 1 + element }
	objects := map[int]string{
		tree: fmt.Sprintf("<</Type /StructTreeRoot /K [%d 0 R] /ParentTree %d 0 R /ParentTreeNextKey %d>>",
			numbered(1), parents, len(pages)),
	}
	var nums strings.Builder
	for page, marks := range s.marks {
		fmt.Fprintf(&nums, "%d [", page)
		for _, e := range marks {
			fmt.Fprintf(&nums, "%d 0 R ", numbered(e))
		}
		nums.WriteString("] ")
	}
	objects[parents] = "<</Nums [" + nums.String() + "]>>"
	for at, e := range s.elements {
		parent := tree
		if e.parent > 0 {
			parent = numbered(e.parent)
		}
		var b strings.Builder
		fmt.Fprintf(&b, "<</Type /StructElem /S /%s /P %d 0 R", e.tag, parent)
		if e.attributes != "" {
			b.WriteString(" /A <<" + e.attributes + ">>")
		}
		if e.text != "" {
			b.WriteString(" /ActualText " + hexText(e.text))
		}
		b.WriteString(" /K [")
		for _, k := range e.kids {
			if k.element > 0 {
				fmt.Fprintf(&b, "%d 0 R ", numbered(k.element))
			} else {
				fmt.Fprintf(&b, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", pages[k.page], k.mark)
			}
		}
		b.WriteString("]>>")
		objects[numbered(at+1)] = b.String()
	}
	change := func(n int, from, to string) error {
		body, err := object(n)
		if err == nil && strings.Count(body, from) != 1 {
			err = errFile
		}
		if err == nil {
			objects[n] = strings.Replace(body, from, to, 1)
		}
		return err
	}
	err = change(root, "/Type /Catalog", fmt.Sprintf("/Type /Catalog /Version /1.7 /MarkInfo <</Marked true>> "+
		"/ViewerPreferences <</DisplayDocTitle true>> /StructTreeRoot %d 0 R", tree))
	for at, page := range pages {
		err = errors.Join(err, change(page, "<</Type /Page\n", fmt.Sprintf("<</Type /Page /StructParents %d /Tabs /S\n", at)))
	}
	if err != nil {
		return nil, err
	}
	return updated(file, objects, table, root, number(trailer[3])), nil
}

// updated is a file with objects behind it; table is where its last table of
// objects begins.
func updated(file []byte, objects map[int]string, table, root, info int) []byte {
	var numbers []int
	for n := range objects {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	b := bytes.NewBuffer(bytes.Clone(file))
	offsets := map[int]int{}
	for _, n := range numbers {
		offsets[n] = b.Len()
		fmt.Fprintf(b, "%d 0 obj\n%s\nendobj\n", n, objects[n])
	}
	start := b.Len()
	b.WriteString("xref\n")
	for from := 0; from < len(numbers); {
		to := from + 1
		for to < len(numbers) && numbers[to] == numbers[to-1]+1 {
			to++
		}
		fmt.Fprintf(b, "%d %d\n", numbers[from], to-from)
		for _, n := range numbers[from:to] {
			fmt.Fprintf(b, "%010d 00000 n \n", offsets[n])
		}
		from = to
	}
	fmt.Fprintf(b, "trailer\n<</Size %d /Root %d 0 R /Info %d 0 R /Prev %d>>\nstartxref\n%d\n%%%%EOF\n",
		numbers[len(numbers)-1]+1, root, info, table, start)
	return b.Bytes()
}
