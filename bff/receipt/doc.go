// Package receipt writes the itemized receipt of a payment as a file that a
// patient can keep and hand to the administrator of a health savings or
// flexible spending account:
//
//	document := paper.Receipt(language, paid)
//	pdf, err := receipt.PDF(language, document, time.Now())
//	page, err := receipt.HTML(words.Language{}, document) // one file, without script
//	data, err := receipt.JSON(document)
//
// All three print the document (package paper) and say nothing of their own, so
// they say the same as the receipt's page. The package does no I/O and reads no
// clock.
//
// # How the PDF is made
//
// The text, its fonts and the pages are codeberg.org/go-pdf/fpdf's, the fonts
// Liberation Sans from github.com/go-fonts/liberation (Latin, Greek, Cyrillic
// and Hebrew letters); only the letters used are put into the file. fpdf cannot
// tag, so the marks around the text are written beside it and the structure
// tree is added to its file as an incremental update (structure.go). Letters
// with marks are set composed.
//
// fpdf neither joins letters (Arabic, Hindi) nor reaches those behind U+FFFF, and
// Liberation has none of East Asia. Such letters are found in Noto Sans (package
// fonts), shaped by github.com/go-text/typesetting, put in their order by its
// bidi (setting.go), and drawn as outlines with the text below them, not seen:
// so they are found and copied, and no font of them gets into the file
// (outline.go). A receipt with a letter that no font has says that the HTML file
// shows it (letters.go).
//
// Looked at in November 2026 and not taken: seehuhn.de/go/pdf and
// github.com/carlos7ags/folio, which are said to tag, are not to be had from the
// module proxy that the project is built with; github.com/signintech/gopdf
// v0.33.0 and github.com/johnfercher/maroto/v2 v2.3.3 have no tags either, and
// maroto brings a dozen modules; github.com/pdfcpu/pdfcpu v0.15.0 could add the
// tree to fpdf's file, but would add some 8 MB to the program for that alone.
// The tags follow PDF/UA-1, but no validator of it was to be had, so the file
// does not claim to conform.
package receipt
