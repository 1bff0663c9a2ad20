package athenatest

import (
	"bytes"
	"errors"
	"fmt"
	"html"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// shownReceipt reads patient and epayment of a path, types of the query and
// runs h under the lock. An authorization has a receipt too.
func (s *Server) shownReceipt(w http.ResponseWriter, r *http.Request, booleans []string, h func(p *Patient, e *epayment)) {
	s.forPatient(w, r, func(p *Patient) {
		id, ok := pathID(w, r, "epayment")
		if !ok || wrongTypes(w, r.URL.Query(), nil, booleans) {
			return
		}
		if e := s.epayment(p, id); e != nil {
			h(p, e)
			return
		}
		noSuch(w)
	})
}

// readReceipt answers GET receipts/{epaymentid}
// (docs/upstream-api.md#receipts): JSON with the copies as HTML, or a PDF for
// who asks for one. The names in the JSON are not known. Without flags both
// copies are there.
func (s *Server) readReceipt(w http.ResponseWriter, r *http.Request) {
	s.shownReceipt(w, r, []string{"customerversion", "merchantversion"}, func(p *Patient, e *epayment) {
		lines := s.receiptLines(p, e)
		if accepts(r, "application/pdf") {
			w.Header().Set("Content-Type", "application/pdf")
			write(w, http.StatusOK, pdf(lines))
			return
		}
		q := r.URL.Query()
		both := !flag(q, "customerversion") && !flag(q, "merchantversion")
		text := ""
		for _, copy := range []struct{ flag, title string }{{"customerversion", "Customer copy"}, {"merchantversion", "Merchant copy"}} {
			if both || flag(q, copy.flag) {
				text += htmlOf(append([]string{copy.title}, lines...))
			}
		}
		answer(w, map[string]any{"html": "<html><body>" + text + "</body></html>"})
	})
}

// accepts reports whether a request asks for a type by its name.
func accepts(r *http.Request, kind string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept"), ",") {
		if name, _, err := mime.ParseMediaType(part); err == nil && name == kind {
			return true
		}
	}
	return false
}

func (s *Server) receiptLines(p *Patient, e *epayment) []string {
	row := s.receiptRow(e)
	return []string{
		departmentOf(p.Department).name,
		"Patient: " + p.Name(),
		"Payment: " + strconv.Itoa(e.id) + " " + e.kind,
		"Date: " + row["requestdate"].(string) + " ET",
		fmt.Sprintf("Amount: $%d.%02d", e.order.total()/100, e.order.total()%100),
		fmt.Sprintf("Card: %s %s", row["cardtypename"], row["cardnumberlast4digits"]),
	}
}

func htmlOf(lines []string) string {
	text := "<div>"
	for _, line := range lines {
		text += "<p>" + html.EscapeString(line) + "</p>"
	}
	return text + "</div>"
}

// pdf is a page of text.
func pdf(lines []string) []byte {
	var text strings.Builder
	text.WriteString("BT /F1 12 Tf 72 720 Td 16 TL")
	for _, line := range lines {
		ascii := strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' {
				return '?' // the font knows no more
			}
			return r
		}, line)
		fmt.Fprintf(&text, " (%s) Tj T*", strings.NewReplacer(`\`, `\\`, "(", `\(`, ")", `\)`).Replace(ascii))
	}
	text.WriteString(" ET")
	var b bytes.Buffer
	b.WriteString("%PDF-1.4\n")
	var at []int
	for i, object := range []string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
		fmt.Sprintf("<< /Length %d >>\nstream\n%s\nendstream", text.Len(), text.String()),
		"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, start)
	return b.Bytes()
}

// receiptDetails answers GET receipts/{epaymentid}/details: an object. Its
// fields are not known: those of the list, what the payment was for, and the
// terms of the agreement behind it, as a text of HTML or, with termsasjson, as
// a list of paragraphs.
func (s *Server) receiptDetails(w http.ResponseWriter, r *http.Request) {
	s.shownReceipt(w, r, []string{"termsasjson"}, func(p *Patient, e *epayment) {
		wire := s.receiptRow(e)
		wire["patientid"], wire["nameonaccount"] = strconv.Itoa(p.ID), p.Name()
		wire["copayamount"], wire["otheramount"] = oracle(e.order.copay), oracle(e.order.other)
		claims := []any{}
		for _, line := range e.order.claims {
			claims = append(claims, map[string]any{"claimid": strconv.Itoa(line.claim), "amount": oracle(line.cents)})
		}
		wire["claimpayments"] = claims
		if c := e.order.contract; c != nil {
			wire["terms"] = "<p>" + termsOf(c.class) + "</p>"
			if flag(r.URL.Query(), "termsasjson") {
				wire["terms"] = []string{termsOf(c.class)}
			}
		}
		answer(w, wire)
	})
}

// signReceipt answers POST receipts/{epaymentid}/signed: a form of parts with
// a PDF as attachmentcontents; the file's name is ignored (8e).
func (s *Server) signReceipt(w http.ResponseWriter, r *http.Request) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" || params["boundary"] == "" {
		refuse(w, http.StatusUnsupportedMediaType, map[string]any{"error": "Unsupported content type."})
		return
	}
	var attached []byte
	for parts := multipart.NewReader(r.Body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			break
		}
		var content []byte
		if err == nil {
			content, err = io.ReadAll(part)
		}
		if err != nil {
			invalid(w, "The form cannot be read.")
			return
		}
		if part.FormName() == "attachmentcontents" {
			attached = content
		}
	}
	s.shownReceipt(w, r, nil, func(_ *Patient, e *epayment) {
		switch {
		case len(attached) == 0:
			missing(w, "attachmentcontents")
		case !bytes.HasPrefix(attached, []byte("%PDF-")):
			invalid(w, "attachmentcontents is not a PDF.")
		default:
			if s.money.signed == nil {
				s.money.signed = map[int][]byte{}
			}
			s.money.signed[e.id] = attached
			s.done(w)
		}
	})
}

// readSigned answers GET receipts/{epaymentid}/signed: the PDF (8f).
func (s *Server) readSigned(w http.ResponseWriter, r *http.Request) {
	s.shownReceipt(w, r, nil, func(_ *Patient, e *epayment) {
		file, ok := s.money.signed[e.id]
		if !ok {
			noSuch(w)
			return
		}
		w.Header().Set("Content-Type", "application/pdf")
		write(w, http.StatusOK, file)
	})
}
