// Package receipt writes the itemized receipt of a payment as a file that a
// patient can keep and hand to the administrator of a health savings or
// flexible spending account:
//
//	pdf, err := receipt.PDF(itemized, time.Now())
//	page, err := receipt.HTML(itemized) // one file, without script
//	data, err := receipt.JSON(itemized)
//
// All three say the same, which is what is in a payment.Itemized and nothing
// else: what is not known is left out, and a sentence names it and who can
// supply it. The package does no I/O and reads no clock.
//
// # How the PDF is made
//
// The text, its fonts and the pages are codeberg.org/go-pdf/fpdf's, the fonts
// Liberation Sans from github.com/go-fonts/liberation (Latin, Greek, Cyrillic
// and Hebrew letters); only the letters used are put into the file. fpdf cannot
// tag, so the marks around the text are written beside it and the structure
// tree is added to its file as an incremental update (structure.go). Right-to-
// left words are laid out by golang.org/x/text/unicode/bidi.
//
// Looked at in November 2026 and not taken: seehuhn.de/go/pdf and
// github.com/carlos7ags/folio, which can tag, are not to be had from the module
// proxy that the project is built with; github.com/signintech/gopdf v0.33.0 and
// github.com/johnfercher/maroto v2.3.3 cannot tag either and bring less or much
// more; github.com/pdfcpu/pdfcpu v0.15.0 changes files and does not set text, and
// as the writer of the structure tree alone it would bring nine modules.
// The tags follow PDF/UA-1, but no validator of it was to be had, so the file does
// not claim to conform.
package receipt
